import { analyse } from '../../testing/code-base.ts';

describe('Python', () => {
  it('has nodes for definitions, nested ones included, with docstring, signature, visibility and complexity', () => {
    const found = analyse({
      'm.py': [
        '"""About the module."""',
        'LIMIT: int = 3',
        '@decorate',
        'async def fetch(url: str, *rest: int, retry=3, **more) -> "Answer":',
        '    """Fetches.',
        '',
        '    Twice.',
        '    """',
        '    def inner():',
        '        return [x for x in rest if x] if retry and url else None',
        '    while retry:',
        '        try: inner()',
        '        except ValueError as e: raise e',
        'class Box(Base, metaclass=ABCMeta):',
        '    size = 1',
        '    def __init__(self): self._depth = 2',
        '    @staticmethod',
        '    def make(): ...',
        '    @property',
        '    def depth(self): return self._depth',
        '    @depth.setter',
        '    def depth(self, value): ...',
        '    @abstractmethod',
        '    def _hidden(self): ...',
        '    class Lid:',
        '        def __open(self): ...',
      ].join('\r\n'),
    });
    expect(found.node('m.py')).toEqual(jasmine.objectContaining({ docstring: 'About the module.', language: 'python', line_count: 26 }));
    expect(found.node('m.py#fetch')).toEqual(
      jasmine.objectContaining({
        node_type: 'function',
        docstring: 'Fetches.\n\nTwice.',
        is_async: true,
        is_exported: true,
        start_line: 3,
        end_line: 13,
        complexity: 3,
        return_type: '"Answer"',
        parameter_types: ['str', 'int', 'any', 'any'],
        signature: 'async def fetch(url: str, *rest: int, retry=3, **more) -> "Answer"',
      }),
    );
    expect(found.node('m.py#fetch.inner').complexity).toBe(5);
    expect(found.node('m.py#Box')).toEqual(jasmine.objectContaining({ node_type: 'class', visibility: 'public' }));
    expect(found.node('m.py#Box.make').is_static).toBeTrue();
    expect(found.node('m.py#Box.depth')).toEqual(jasmine.objectContaining({ node_type: 'method', start_line: 19, end_line: 22 }));
    expect(found.node('m.py#Box._hidden')).toEqual(jasmine.objectContaining({ visibility: 'protected', is_abstract: true }));
    expect(found.node('m.py#Box.Lid.__open').visibility).toBe('private');
    expect([...found.nodes.values()].filter(({ node_type }) => node_type === 'property').map(({ id }) => id)).toEqual([
      'm.py#Box.size',
      'm.py#Box._depth',
    ]);
    expect(found.node('m.py#LIMIT').node_type).toBe('variable');
  });

  it("resolves imports by Python's rules: relative, of packages through __init__, of modules, and with src", () => {
    const found = analyse({
      'src/shop/__init__.py': 'from .cart import Cart\nfrom . import prices\n__all__ = ["Cart"]',
      'src/shop/cart.py': 'from .deep.inner import helper\nfrom ..nowhere import x\nclass Cart: ...',
      'src/shop/prices.py': 'def price(): ...',
      'src/shop/deep/__init__.py': '',
      'src/shop/deep/inner.py': 'from ... import shop\nfrom ..prices import *\ndef helper(): price()',
      'tests/test_shop.py':
        'import shop.prices as p\nimport shop.deep.inner\nfrom shop import Cart, prices\np.price(); shop.deep.inner.helper(); Cart(); prices.price()',
      'tool.py': 'import os.path, numpy.linalg\nimport yaml\nos.path.join()',
    });
    expect(found.all('imports')).toEqual([
      'src/shop/__init__.py -> src/shop/cart.py',
      'src/shop/__init__.py -> src/shop/prices.py',
      'src/shop/cart.py -> src/shop/deep/inner.py',
      'src/shop/deep/inner.py -> src/shop/__init__.py',
      'src/shop/deep/inner.py -> src/shop/prices.py',
      'tests/test_shop.py -> src/shop/__init__.py',
      'tests/test_shop.py -> src/shop/deep/__init__.py',
      'tests/test_shop.py -> src/shop/deep/inner.py',
      'tests/test_shop.py -> src/shop/prices.py',
    ]);
    expect(found.all('depends_on')).toEqual(['tool.py -> pkg:pypi/numpy', 'tool.py -> pkg:pypi/pyyaml', 'tool.py -> pkg:python/os']);
    expect(found.from('tests/test_shop.py', 'calls')).toEqual(['src/shop/deep/inner.py#helper', 'src/shop/prices.py#price']);
    expect(found.from('tests/test_shop.py', 'instantiates')).toEqual(['src/shop/cart.py#Cart']);
    expect(found.from('src/shop/deep/inner.py#helper', 'calls')).toEqual(['src/shop/prices.py#price']);
    expect(found.from('src/shop/__init__.py', 'exports')).toEqual(['src/shop/cart.py#Cart']);
  });

  it('takes from a star import what __all__ lists, or what does not begin with an underscore', () => {
    const found = analyse({
      'a.py': '__all__ = ["_one"]\ndef _one(): ...\ndef two(): ...',
      'b.py': 'def three(): ...\ndef _four(): ...',
      'c.py': 'from a import *\nfrom b import *\n_one(); two(); three(); _four(); print()',
    });
    expect(found.from('c.py', 'calls')).toEqual(['a.py#_one', 'b.py#three']);
  });

  it('resolves calls by self, super, classes, attributes, annotations, returned values and iterated values', () => {
    const found = analyse({
      'm.py': [
        'from typing import Optional, Iterator, Type',
        'class Base:',
        '    def greet(self): ...',
        '    @classmethod',
        '    def build(cls): return cls()',
        'class Part:',
        '    def turn(self) -> "Part": return self',
        'class Engine(Base):',
        '    spare: Optional[Part] = None',
        '    def __init__(self, parts: list[Part], table: dict[str, Part]):',
        '        self.part = Part()',
        '        self.parts = parts',
        '        self.table = table',
        '    def greet(self):',
        '        super().greet()',
        '        self.part.turn().turn()',
        '    def loop(self):',
        '        for each in self.parts: each.turn()',
        '    def index(self): self.table["a"].turn()',
        '    def items(self):',
        '        for key, value in self.table.items(): value.turn()',
        '    def spares(self): self.spare.turn()',
        'def walk(kind: Type[Base]) -> Iterator[Engine]: kind.build().greet()',
        'def run(unknown):',
        '    engine = next(walk(Base))',
        '    engine.loop()',
        '    unknown.turn()',
        '    if isinstance(unknown, Part): unknown.turn()',
        'def again():',
        '    thing = Part()',
        '    thing.turn()',
        '    thing = Engine([], {})',
        '    thing.greet()',
        'def together():',
        '    with open_it() as f: f.loop()',
        '    [p.turn() for p in f.parts]',
        'def open_it() -> Iterator[Engine]: yield Engine([], {})',
      ].join('\n'),
    });
    const calls = (name: string): string[] => found.from(`m.py#${name}`, 'calls').map((id) => id.slice('m.py#'.length));
    expect(calls('Engine.greet')).toEqual(['Base.greet', 'Part.turn']);
    expect(found.relationship('m.py#Engine.greet', 'calls', 'm.py#Base.greet').resolution).toBe('super');
    expect(calls('Engine.loop')).toEqual(['Part.turn']);
    expect(calls('Engine.index')).toEqual(['Part.turn']);
    expect(calls('Engine.items')).toEqual(['Part.turn']);
    expect(calls('Engine.spares')).toEqual(['Part.turn']);
    expect(calls('walk')).toEqual(['Base.build', 'Base.greet']);
    expect(calls('run')).toEqual(['Engine.loop', 'Part.turn', 'walk']);
    expect(found.relationship('m.py#run', 'calls', 'm.py#Part.turn').count).toBe(1);
    expect(calls('again')).toEqual(['Engine.__init__', 'Engine.greet', 'Part.turn']);
    expect(calls('together')).toEqual(['Engine.loop', 'Part.turn', 'open_it']);
    expect(found.all('overrides')).toEqual(['m.py#Engine.greet -> m.py#Base.greet']);
    expect(found.all('inherits')).toEqual(['m.py#Engine -> m.py#Base']);
    expect(found.stats.unresolvedCalls).toBe(1);
  });

  it('reports decorators as uses, follows the order of base classes, and guesses nothing by name', () => {
    const found = analyse({
      'm.py': [
        'def mark(f): return f',
        'class A:',
        '    def go(self): ...',
        'class B:',
        '    def go(self): ...',
        '    def only(self): ...',
        'class C(A, B):',
        '    @mark',
        '    def run(self, other): self.go(); self.only(); other.only()',
      ].join('\n'),
    });
    expect(found.from('m.py#C.run', 'uses')).toEqual(['m.py#mark']);
    expect(found.from('m.py#C.run', 'calls')).toEqual(['m.py#A.go', 'm.py#B.only']);
    expect(found.all('inherits')).toEqual(['m.py#C -> m.py#A', 'm.py#C -> m.py#B']);
  });

  it('keeps the readable part of a broken file, and says where it broke', () => {
    const found = analyse({ 'm.py': '\ufeffdef fine(): pass\n\ndef broken(:\n    x = (\n\nclass Kept:\n    def method(self): fine()\n' });
    expect(found.node('m.py').parse_error).toMatch(/^syntax error \(\d+:\d+\)$/);
    expect(found.node('m.py#fine').start_line).toBe(1);
  });

  it('survives the deepest nesting that fits into a file', () => {
    const found = analyse({ 'm.py': `x = ${'['.repeat(3000)}${']'.repeat(3000)}\ndef f(): pass` });
    expect(found.nodes.has('m.py')).toBeTrue();
  });
});

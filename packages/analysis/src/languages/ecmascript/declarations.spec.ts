import { analyse } from '../../testing/code-base.ts';

function idsOf(source: string, path = 'a.ts'): string[] {
  return [...analyse({ [path]: source }).nodes.values()].map(({ id, node_type }) => `${node_type} ${id}`);
}

describe('declarations', () => {
  it('make one node each, named by its enclosing declarations', () => {
    const ids = idsOf(`
      export class Parser<T> {
        static count = 0;
        #tree = 1;
        onDone = () => {};
        constructor(private readonly source: string) {}
        get size() { return 1; }
        set size(value) {}
        parse(): void { function inner() {} }
      }
      interface Shape { area: number; scale(by: number): Shape; onChange: (by: number) => void }
      type Options = { deep: { nested: boolean } };
      enum Colour { Red, Green }
      namespace Tools { export function hammer() {} }
      const limit = 3;
      const double = (n: number) => n * 2;
      function main() { const helper = () => 1; const local = 2; }
    `);
    expect(ids).toEqual([
      'file a.ts',
      'class a.ts#Parser',
      'property a.ts#Parser.count',
      'property a.ts#Parser.#tree',
      'method a.ts#Parser.onDone',
      'method a.ts#Parser.constructor',
      'method a.ts#Parser.size',
      'method a.ts#Parser.parse',
      'property a.ts#Parser.source',
      'function a.ts#Parser.parse.inner',
      'interface a.ts#Shape',
      'property a.ts#Shape.area',
      'method a.ts#Shape.scale',
      'method a.ts#Shape.onChange',
      'type a.ts#Options',
      'property a.ts#Options.deep',
      'property a.ts#Options.deep.nested',
      'enum a.ts#Colour',
      'property a.ts#Colour.Red',
      'property a.ts#Colour.Green',
      'namespace a.ts#Tools',
      'function a.ts#Tools.hammer',
      'variable a.ts#limit',
      'function a.ts#double',
      'function a.ts#main',
      'function a.ts#main.helper',
    ]);
  });

  it("name the functions of an object literal by the object's name, also through a wrapping call and a return", () => {
    const ids = idsOf(`
      export const api = { list() {}, nested: { get: () => 1 } };
      export const action = register({ perform: () => {} });
      export const memoized = memo(() => 1);
      export function make() { return { start() {} }; }
      export default { setup() {} };
    `);
    expect(ids).toEqual([
      'file a.ts',
      'variable a.ts#api',
      'function a.ts#api.list',
      'function a.ts#api.nested.get',
      'variable a.ts#action',
      'function a.ts#action.perform',
      'function a.ts#memoized',
      'function a.ts#make',
      'function a.ts#make.start',
      'function a.ts#default.setup',
    ]);
  });

  it('of one name get ordinals in their order, and others get none', () => {
    const ids = idsOf(`
      if (flag) { function run() {} } else { function run() {} }
      class Point {}
      interface Point { x: number }
    `);
    expect(ids).toEqual([
      'file a.ts',
      'function a.ts#run',
      'function a.ts#run~2',
      'class a.ts#Point',
      'interface a.ts#Point~2',
      'property a.ts#Point~2.x',
    ]);
  });

  it('that overload each other are one node from the first signature to the end of the body', () => {
    const { nodes } = analyse({
      'a.ts':
        'function f(a: string): void;\nfunction f(a: number): void;\nfunction f(a: any) {\n}\nclass C {\n  m(a: string): void;\n  m(a: any) {\n  }\n}',
    });
    expect([...nodes.keys()]).toEqual(['a.ts', 'a.ts#f', 'a.ts#C', 'a.ts#C.m']);
    expect(nodes.get('a.ts#f')).toEqual(jasmine.objectContaining({ start_line: 1, end_line: 4 }));
    expect(nodes.get('a.ts#C.m')).toEqual(jasmine.objectContaining({ start_line: 6, end_line: 8 }));
  });

  it('that have no name are called default', () => {
    expect(idsOf('export default function () {}')).toEqual(['file a.ts', 'function a.ts#default']);
    expect(idsOf('export default class { run() {} }')).toEqual(['file a.ts', 'class a.ts#default', 'method a.ts#default.run']);
    expect(idsOf('export default () => 1')).toEqual(['file a.ts', 'function a.ts#default']);
  });

  it('keep their identity when lines move above them', () => {
    const source = 'export function a() {}\nexport class B { c() {} }';
    const ids = idsOf(source);
    expect(idsOf(`// one\n\n\n${source}`)).toEqual(ids);
  });

  it('in JavaScript are also found in assignments', () => {
    const ids = idsOf(
      'function Dog() {}\nDog.prototype.bark = function () {};\nDog.create = () => new Dog();\nexports.walk = function () {};\nmodule.exports.run = () => 1;',
      'a.js',
    );
    expect(ids).toEqual([
      'file a.js',
      'function a.js#Dog',
      'method a.js#Dog.bark',
      'function a.js#Dog.create',
      'function a.js#walk',
      'function a.js#run',
    ]);
  });

  it('escape # and % in the path', () => {
    expect(idsOf('function f() {}', 'a#b%.ts')).toEqual(['file a%23b%25.ts', 'function a%23b%25.ts#f']);
  });

  it('do not include variables inside functions, also not inside nameless callbacks', () => {
    const ids = idsOf(`
      describe('x', () => { const local = 1; const helper = () => 2; });
      (function () { var hidden = 1; })();
      { const blockwise = 1; }
      namespace Inner { const own = 1; list.map(() => { const local = 2; }); }
    `);
    expect(ids).toEqual([
      'file a.ts',
      'function a.ts#helper',
      'variable a.ts#blockwise',
      'namespace a.ts#Inner',
      'variable a.ts#Inner.own',
    ]);
  });
});

import fc from 'fast-check';
import { Linker } from '../linker/linker.ts';
import { analyse, put, type Sources } from '../testing/code-base.ts';
import { expectIncrementalEqualsFull, type Edit } from '../testing/outputs.ts';
import { MAX_CANDIDATES } from './override-map.ts';

/** The calls that may run another method, with their confidence. */
function possible(sources: Sources): string[] {
  return analyse(sources)
    .relationships.filter(({ resolution }) => resolution === 'override')
    .map(({ source_id, target_id, confidence }) => `${source_id} -> ${target_id} ${String(confidence)}`)
    .sort();
}

const STORE = {
  'go.mod': 'module shop\n',
  'store/store.go':
    'package store\nimport "context"\ntype User struct{}\ntype Closer interface { Close() error }\ntype Store interface {\n\tCloser\n\tGet(ctx context.Context, id int) (*User, error)\n}\n',
};

describe('a method of an interface or a base class', () => {
  it('leads on to the methods that override it, in each language', () => {
    const java = 'interface I { void m(); }\nclass B implements I { public void m() {} }\nclass C extends B { public void m() {} }';
    expect(possible({ 'A.java': java })).toEqual(['A.java#B.m -> A.java#C.m 0.8', 'A.java#I.m -> A.java#B.m 0.8']);
    expect(possible({ 'a.cs': java.replace('implements', ':').replace('extends', ':') })).toEqual([
      'a.cs#B.m -> a.cs#C.m 0.8',
      'a.cs#I.m -> a.cs#B.m 0.8',
    ]);
    expect(possible({ 'a.py': 'class A:\n  def m(self): ...\nclass B(A):\n  def m(self): ...\n' })).toEqual(['a.py#A.m -> a.py#B.m 0.8']);
    expect(possible({ 'a.rb': 'class A\n def m\n end\nend\nclass B < A\n def m\n end\nend' })).toEqual(['a.rb#A.m -> a.rb#B.m 0.8']);
    expect(possible({ 'a.php': '<?php interface I { function m(); } class B implements I { function m() {} }' })).toEqual([
      'a.php#I.m -> a.php#B.m 0.8',
    ]);
    expect(possible({ 'a.kt': 'interface I { fun m() }\nclass B : I { override fun m() {} }' })).toEqual(['a.kt#I.m -> a.kt#B.m 0.8']);
    expect(possible({ 'a.rs': 'pub trait T { fn m(&self); }\nstruct S;\nimpl T for S { fn m(&self) {} }' })).toEqual([
      'a.rs#T.m -> a.rs#S.m 0.8',
    ]);
    const typescript = {
      'i.ts': 'export interface I { m(): void; f: () => void; p: string }',
      'b.ts': "import type { I } from './i';\nclass B implements I { m() {} f = () => {}; p = '' }",
    };
    expect(possible(typescript)).toEqual(['i.ts#I.f -> b.ts#B.f 0.8', 'i.ts#I.m -> b.ts#B.m 0.8']);
  });

  it('leads on in Go to the methods of types that have all methods of the interface, embedded ones and those of other files too', () => {
    const found = possible({
      ...STORE,
      'store/mem.go': 'package store\ntype base struct{}\nfunc (b *base) Close() error { return nil }\ntype Mem struct{ *base }\n',
      'store/get.go': 'package store\nimport "context"\nfunc (m *Mem) Get(_ context.Context, n int) (u *User, err error) { return }\n',
      'sql/sql.go':
        'package sql\nimport (\n\t"context"\n\t"shop/store"\n)\ntype DB struct{}\nfunc (d DB) Get(ctx context.Context, id int) (*store.User, error) { return nil, nil }\nfunc (d DB) Close() error { return nil }\n',
    });
    expect(found).toEqual([
      'store/store.go#Closer.Close -> sql/sql.go#DB.Close 0.6',
      'store/store.go#Closer.Close -> store/mem.go#base.Close 0.6',
      'store/store.go#Store.Get -> sql/sql.go#DB.Get 0.6',
      'store/store.go#Store.Get -> store/get.go#Mem.Get 0.6',
    ]);
  });

  it('does not lead in Go to methods with another signature, nor across packages to one that is not exported', () => {
    const found = possible({
      'a/a.go': 'package a\ntype I interface { M(n int) string; own() }\ntype J interface { N() }\ntype K interface { own() }\n',
      'a/b.go': 'package a\ntype B struct{}\nfunc (B) M(n string) string { return "" }\nfunc (B) own() {}\nfunc (B) N(n int) {}\n',
      'b/b.go': 'package b\ntype B struct{}\nfunc (B) own() {}\n',
    });
    expect(found).toEqual(['a/a.go#K.own -> a/b.go#B.own 0.8']);
  });

  it('is called by its name once if it also calls the overriding method itself', () => {
    const found = analyse({ 'a.ts': 'class A { m(b: B) { b.m(); } }\nclass B extends A { m() {} }' });
    expect(found.relationship('a.ts#A.m', 'calls', 'a.ts#B.m').resolution).toBe('receiver');
    expect(found.all('calls')).toEqual(['a.ts#A.m -> a.ts#B.m']);
  });

  it('leads to a limited number of methods, those of tests last, and the more there are, the less sure each is', () => {
    const classOf = (i: number): [string, string] => [
      `${i === 0 ? 'a.test' : `c${String(i)}`}.ts`,
      "import { I } from './i';\nexport class C implements I { m() {} }",
    ];
    const found = possible({
      'i.ts': 'export interface I { m(): void }',
      ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => classOf(i))),
    });
    expect(found.length).toBe(MAX_CANDIDATES);
    expect(found.some((each) => each.includes('test'))).toBeFalse();
    expect(new Set(found.map((each) => each.split(' ').at(-1)))).toEqual(new Set(['0.2']));
    const three = possible({ 'i.ts': 'export interface I { m(): void }', ...Object.fromEntries([0, 1, 2].map(classOf)) });
    expect(three.map((each) => each.split(' ').at(-1))).toEqual(['0.6', '0.6', '0.6']);
    const types = Array.from({ length: 60 }, (_, i) => `type T${String(i)} struct{}\nfunc (T${String(i)}) M() {}`).join('\n');
    expect(possible({ 'a.go': `package a\ntype I interface { M() }\n${types}` }).length).toBe(MAX_CANDIDATES);
  });
});

describe('after an edit, possible calls', () => {
  it('change in the file of an interface when a type elsewhere begins to satisfy it', () => {
    const linker = new Linker();
    for (const [path, source] of Object.entries(STORE)) put(linker, path, source);
    const type = 'package sql\nimport (\n\t"context"\n\t"shop/store"\n)\ntype DB struct{}\nfunc (d DB) Close() error { return nil }\n';
    put(linker, 'sql/sql.go', type);
    linker.link();
    put(linker, 'sql/sql.go', `${type}func (d DB) Get(ctx context.Context, id int) (*store.User, error) { return nil, nil }\n`);
    const { files, stats } = linker.link();
    expect([...files.keys()].sort()).toEqual(['sql/sql.go', 'store/store.go']);
    expect(stats.relinked).toBe(1);
    expect(files.get('store/store.go')?.relationships.map(({ id }) => id)).toContain('store/store.go#Store.Get|calls|sql/sql.go#DB.Get');
    linker.delete('sql/sql.go');
    const calls = linker
      .link()
      .files.get('store/store.go')
      ?.relationships.filter((each) => each.resolution === 'override');
    expect(calls).toEqual([]);
  });

  it('equal, after any edits, those of a fresh analysis', () => {
    expectIncrementalEqualsFull([], edit, 120);
  });
});

const GO = [
  'type I interface { M(n int) }',
  'type I interface { J; M(n int) }',
  'type J interface { N() string }',
  'type T struct{}',
  'type T struct{ U }',
  'type U struct{ b.J }',
  'func (t *T) M(n int) {}',
  'func (t T) M(n string) {}',
  'func (u U) N() string { return "" }',
  'func (t T) N() string { return "" }',
];
const TYPESCRIPT = [
  "import { A, I } from './{0}';",
  'export interface I { m(): void; n: () => void }',
  'export class A implements I { m() {} n = () => {} }',
  'export class A { constructor() {} m() { new A(); } }',
  'export class B extends A { m() {} }',
  'export class C extends A implements I { n() {} }',
  'new B(); new C();',
];
const PYTHON = [
  'from {0} import A',
  'class A:\n  def __init__(self): ...\n  def m(self): ...',
  'class B(A):\n  def m(self): ...',
  'class C(B):\n  def __init__(self): ...\ndef f(): A(), C()',
];

function edits(paths: readonly string[], head: string, pieces: readonly string[]): fc.Arbitrary<Edit> {
  const stems = paths.map((path) => path.slice(0, path.indexOf('.')));
  const piece = fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(...stems)).map(([text, stem]) => text.replaceAll('{0}', stem));
  const source = fc.array(piece, { maxLength: 6 }).map((lines) => [head, ...lines].join('\n'));
  return fc.record({ path: fc.constantFrom(...paths), source: fc.option(source, { freq: 8, nil: undefined }) });
}

const edit: fc.Arbitrary<Edit> = fc.oneof(
  edits(['a/a.go', 'a/b.go', 'a/c_test.go'], 'package a\nimport "shop/b"', GO),
  edits(['b/b.go'], 'package b', GO),
  edits(['a.ts', 'b.ts', 'c.test.ts'], '', TYPESCRIPT),
  edits(['a.py', 'b.py'], '', PYTHON),
  fc.constantFrom({ path: 'go.mod', source: 'module shop\n' }),
);

import { analyse, type Sources } from '../../testing/code-base.ts';

function calls(source: string, from = 'a.ts', more: Sources = {}): string[] {
  return analyse({ 'a.ts': source, ...more }).from(from, 'calls');
}

describe('calls', () => {
  it('belong to the innermost enclosing function, method or file', () => {
    const found = analyse({
      'a.ts': `
        function target() {}
        target();
        function outer() { [1].forEach(() => target()); function inner() { target(); } }
        class C { field = target(); method() { target(); } arrow = () => target(); }
      `,
    });
    expect(found.all('calls')).toEqual([
      'a.ts -> a.ts#target',
      'a.ts#C.arrow -> a.ts#target',
      'a.ts#C.method -> a.ts#target',
      'a.ts#outer -> a.ts#target',
      'a.ts#outer.inner -> a.ts#target',
    ]);
  });

  it('are one relationship for each caller and callee, with their number and first line in the caller', () => {
    const found = analyse({ 'a.ts': '\nfunction f() {\n  g();\n  g();\n}\nfunction g() {}' });
    expect(found.relationship('a.ts#f', 'calls', 'a.ts#g')).toEqual({
      id: 'a.ts#f|calls|a.ts#g',
      source_id: 'a.ts#f',
      target_id: 'a.ts#g',
      relationship_type: 'calls',
      file_path: 'a.ts',
      confidence: 1,
      resolution: 'lexical',
      line_offset: 1,
      count: 2,
    });
  });

  it('of this and super find the method in the class or a parent', () => {
    const source = `
      class Base { shared() {} over() {} static make() {} }
      class Child extends Base { over() { super.over(); this.shared(); this.own(); } own() {} static make() { super.make(); this.helper(); } static helper() {} }
    `;
    expect(calls(source, 'a.ts#Child.over')).toEqual(['a.ts#Base.over', 'a.ts#Base.shared', 'a.ts#Child.own']);
    expect(calls(source, 'a.ts#Child.make')).toEqual(['a.ts#Base.make', 'a.ts#Child.helper']);
  });

  it('of a receiver whose class is annotated or constructed find the method', () => {
    const source = `
      class Engine { start() {} }
      class Car { engine: Engine; spare = new Engine(); constructor(private own: Engine) {} run() { this.engine.start(); } other() { this.spare.start(); } third() { this.own.start(); } }
      function param(e: Engine) { e.start(); }
      function optional(e?: Engine | null) { e?.start(); e!.start(); }
      function local() { const e = new Engine(); e.start(); }
      function chain(car: Car) { car.engine.start(); }
      function cast(x: unknown) { (x as Engine).start(); }
      function destructured({ engine }: Car) { engine.start(); }
      function list(all: Engine[]) { for (const one of all) one.start(); }
    `;
    for (const caller of ['Car.run', 'Car.other', 'Car.third', 'param', 'optional', 'local', 'chain', 'cast', 'destructured', 'list']) {
      expect(calls(source, `a.ts#${caller}`))
        .withContext(caller)
        .toEqual(['a.ts#Engine.start']);
    }
  });

  it('use the return types of functions, written or inferred, awaited or not', () => {
    const source = `
      class Engine { start() {} }
      function written(): Engine { return null!; }
      function inferred() { return new Engine(); }
      async function later() { return new Engine(); }
      class Factory { make() { return inferred(); } get engine() { return new Engine(); } }
      function a() { written().start(); }
      function b() { inferred().start(); }
      async function c() { (await later()).start(); }
      function d() { later().then((e) => e.start()); }
      function e() { new Factory().make().start(); }
      function f() { new Factory().engine.start(); }
    `;
    for (const caller of ['a', 'b', 'c', 'd', 'e', 'f'])
      expect(calls(source, `a.ts#${caller}`))
        .withContext(caller)
        .toContain('a.ts#Engine.start');
  });

  it("follow types through generics and the language's own collections", () => {
    const source = `
      class Engine { start() {} id = ''; }
      function first<T>(list: T[], test: (item: T) => boolean): T { return list[0]; }
      class Store<T> { get(): T { return null!; } each(run: (item: T) => void) {} }
      class Engines extends Store<Engine> {}
      type Box<T> = { value: T };
      const map = new Map<string, Engine>();
      function a(list: Engine[]) { first(list, (e) => { e.start(); return true; }).start(); }
      function b() { new Engines().get().start(); }
      function c() { new Engines().each((e) => e.start()); }
      function d(box: Box<Engine>) { box.value.start(); }
      function e() { map.get('a')!.start(); }
      function f() { for (const [, e] of map) e.start(); }
      function g(list: Engine[]) { list.filter((e) => e.id).map((e) => ({ e })).forEach(({ e }) => e.start()); }
      function h(table: Record<string, Engine>) { Object.values(table).find(Boolean)!.start(); }
      function i(list: Promise<Engine>[]) { Promise.all(list).then((all) => all[0].start()); }
      function j(list: Engine[]) { list.reduce((sum, e) => { e.start(); return sum; }, 0); }
      function k() { [...map.values()][0].start(); }
    `;
    for (const caller of 'abcdefghijk')
      expect(calls(source, `a.ts#${caller}`))
        .withContext(caller)
        .toContain('a.ts#Engine.start');
  });

  it("give a callback's parameters the expected types", () => {
    const source = `
      class App { run() {} }
      interface Action { name: string; perform: (app: App) => void; }
      declare function register<T extends Action>(action: T): T;
      const typed: Action = { name: 'a', perform(app) { app.run(); } };
      const registered = register({ name: 'b', perform: (app) => { app.run(); } });
      const handlers: Record<string, (app: App) => void> = { x: (app) => app.run() };
    `;
    expect(calls(source, 'a.ts#typed.perform')).toEqual(['a.ts#App.run']);
    expect(calls(source, 'a.ts#registered.perform')).toEqual(['a.ts#App.run']);
    expect(calls(source, 'a.ts#handlers.x')).toEqual(['a.ts#App.run']);
  });

  it('are narrowed by instanceof and by type predicates', () => {
    const source = `
      class Cat { meow() {} }
      class Dog { bark() {} }
      function isDog(x: unknown): x is Dog { return true; }
      function a(x: unknown) { if (x instanceof Cat) x.meow(); }
      function b(x: unknown) { if (!isDog(x)) return; x.bark(); }
      function c(x: unknown) { return isDog(x) && x.bark(); }
      function d(list: (Cat | Dog)[]) { list.filter(isDog).forEach((dog) => dog.bark()); }
    `;
    expect(calls(source, 'a.ts#a')).toEqual(['a.ts#Cat.meow']);
    expect(calls(source, 'a.ts#b')).toEqual(['a.ts#Dog.bark', 'a.ts#isDog']);
    expect(calls(source, 'a.ts#c')).toEqual(['a.ts#Dog.bark', 'a.ts#isDog']);
    expect(calls(source, 'a.ts#d')).toEqual(['a.ts#Dog.bark']);
  });

  it('of a union type lead to a member of each part', () => {
    expect(calls('class A { go() {} }\nclass B { go() {} }\nfunction f(x: A | B) { x.go(); }', 'a.ts#f')).toEqual([
      'a.ts#A.go',
      'a.ts#B.go',
    ]);
  });

  it('look through aliases, destructuring, bind and call', () => {
    const source = `
      function run() {}
      const tools = { run, walk: () => {} };
      const { walk: stroll } = tools;
      function f() { const go = run; go(); }
      function g() { tools.run(); tools.walk(); stroll(); }
      function h() { run.call(null); run.bind(null)(); }
    `;
    expect(calls(source, 'a.ts#f')).toEqual(['a.ts#run']);
    expect(calls(source, 'a.ts#g')).toContain('a.ts#run');
    expect(calls(source, 'a.ts#g')).toContain('a.ts#tools.walk');
    expect(calls(source, 'a.ts#h')).toEqual(['a.ts#run']);
  });

  it('in JavaScript follow prototypes and what constructors assign', () => {
    const js = `
      function Dog() { this.name = ''; }
      Dog.prototype.bark = function () { this.wag(); };
      Dog.prototype.wag = function () {};
      class Kennel { constructor() { this.dog = new Dog(); } open() { this.dog.bark(); } }
    `;
    const found = analyse({ 'a.js': js });
    expect(found.from('a.js#Dog.bark', 'calls')).toEqual(['a.js#Dog.wag']);
    expect(found.from('a.js#Kennel.open', 'calls')).toEqual(['a.js#Dog.bark']);
  });

  it('follow types through known frameworks', () => {
    const react = `
      import React, { useRef, useContext, createContext, useCallback } from 'react';
      export { useRef } from 'react';
      class Store { load() {} }
      interface Props { store: Store; onDone: () => void }
      const Context = createContext(new Store());
      const A: React.FC<Props> = ({ store }) => { store.load(); };
      class B extends React.Component<Props> { render() { this.props.store.load(); this.props.onDone(); } }
      function C() { const ref = useRef<Store>(null); ref.current.load(); }
      function D() { useContext(Context).load(); }
      function E() { const run = useCallback(() => new Store().load(), []); run(); }
    `;
    expect(calls(react, 'a.ts#A')).toEqual(['a.ts#Store.load']);
    expect(calls(react, 'a.ts#B.render')).toEqual(['a.ts#Props.onDone', 'a.ts#Store.load']);
    expect(calls(react, 'a.ts#C')).toEqual(['a.ts#Store.load']);
    expect(calls(react, 'a.ts#D')).toEqual(['a.ts#Store.load']);
    expect(calls(react, 'a.ts#E')).toEqual(['a.ts#E.run']);
    expect(calls(react, 'a.ts#E.run')).toEqual(['a.ts#Store.load']);
    const angular =
      "import { inject } from '@angular/core';\nclass Api { get() {} }\nclass Page { #api = inject(Api); open() { this.#api.get(); } }";
    expect(calls(angular, 'a.ts#Page.open')).toEqual(['a.ts#Api.get']);
  });

  it('find what another file declares globally', () => {
    const globals = {
      'global.d.ts': 'declare function log(x: string): void;\ninterface Window { app: App }\ndeclare class App { start(): void }',
      'm.ts': 'export {}; declare global { var shared: App }',
    };
    expect(calls("log(''); window.app.start(); shared.start();", 'a.ts', globals)).toEqual(['global.d.ts#App.start', 'global.d.ts#log']);
  });

  it('lead to functions, methods and classes, and to variables or properties that hold one', () => {
    const found = analyse({
      'types.ts': 'export interface Options { onDone: () => void; limit: number }\nexport interface Maker { new (): object }',
      'a.ts': `
        import unknown from 'pkg';
        import type { Options, Maker } from './types';
        export interface Props { onDone: Options['onDone']; limit: Options['limit'] }
        export const Made: Maker = unknown;
        export const own = unknown.make();
        export const other = unknown.make();
        own();
        class C { field = unknown.make(); run() { this.field(); } }
      `,
      'b.ts': "import { Made, other, type Props } from './a';\nfunction f(p: Props) { p.onDone(); new Made(); other(); }",
    });
    const kinds = ['Props.onDone', 'Props.limit', 'Made', 'own', 'other', 'C.field'].map((name) => found.node(`a.ts#${name}`).node_type);
    expect(kinds).toEqual(['method', 'property', 'class', 'function', 'variable', 'method']);
    expect(found.from('b.ts#f', 'calls')).toEqual(['a.ts#Props.onDone']);
    expect(found.from('b.ts#f', 'instantiates')).toEqual(['a.ts#Made']);
    expect(found.from('b.ts#f', 'references')).toEqual(['a.ts#other']);
  });

  it('of unknown values are counted, not guessed', () => {
    const { stats, relationships } = analyse({
      'a.ts': "import x from 'pkg';\nfunction f(y) { y.run(); x.run(); console.log(1); }\nclass C { run() {} }",
    });
    expect(relationships.filter(({ relationship_type }) => relationship_type === 'calls')).toEqual([]);
    expect(stats).toEqual(jasmine.objectContaining({ resolvedCalls: 0, externalCalls: 2, unresolvedCalls: 1 }));
  });
});

describe('instances', () => {
  it("are made by the innermost function; new calls the constructor, and super(…) the parent's", () => {
    const found = analyse({
      'a.ts':
        'class A { constructor() {} }\nclass B extends A { constructor() { super(); } }\nfunction f() { return new B(); }\nconst K = class { };\nnew K();',
    });
    expect(found.all('instantiates')).toEqual(['a.ts -> a.ts#K', 'a.ts#f -> a.ts#B']);
    expect(found.all('calls')).toEqual(['a.ts#B.constructor -> a.ts#A.constructor', 'a.ts#f -> a.ts#B.constructor']);
  });

  it('follow `import A = B.C` to what it names: a namespace, a function, a type', () => {
    const found = analyse({
      'shapes.ts': 'export namespace Foo { export namespace Deep { export function make() {} export class Box { open() {} } } }',
      'use.ts': [
        "import { Foo } from './shapes';",
        'import Deep = Foo.Deep;',
        'import make = Foo.Deep.make;',
        'import Box = Deep.Box;',
        'export function a() { Deep.make(); }',
        'export function b() { make(); }',
        'export function c(box: Box) { box.open(); new Box(); }',
      ].join('\n'),
    });
    expect(found.from('use.ts#a', 'calls')).toEqual(['shapes.ts#Foo.Deep.make']);
    expect(found.from('use.ts#b', 'calls')).toEqual(['shapes.ts#Foo.Deep.make']);
    expect(found.from('use.ts#c', 'calls')).toEqual(['shapes.ts#Foo.Deep.Box.open']);
    expect(found.from('use.ts#c', 'instantiates')).toEqual(['shapes.ts#Foo.Deep.Box']);
  });
});

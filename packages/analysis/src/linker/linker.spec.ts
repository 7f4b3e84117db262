import fc from 'fast-check';
import { Linker } from './linker.ts';
import { put } from '../testing/code-base.ts';
import { Outputs, expectIncrementalEqualsFull, expectRestartedEqualsFull, linkFresh, type Edit } from '../testing/outputs.ts';

describe('the linker', () => {
  it('links again only the files that depend on the change', () => {
    const linker = new Linker();
    put(linker, 'lib.ts', 'export function used(): number { return 1; }\nexport function other() {}');
    put(linker, 'user.ts', "import { used } from './lib'; used();");
    put(linker, 'second.ts', "import { other } from './lib'; other();");
    put(linker, 'far.ts', 'export const far = 1;');
    expect(linker.link().stats.relinked).toBe(4);

    put(linker, 'lib.ts', '// moved\nexport function used(): number { const x = 2; return x; }\nexport function other() {}');
    expect([...linker.link().files.keys()]).toEqual(['lib.ts']);

    put(linker, 'lib.ts', 'export function renamed(): number { return 1; }\nexport function other() {}');
    expect([...linker.link().files.keys()].sort()).toEqual(['lib.ts', 'user.ts']);

    expect(linker.link().files.size).toBe(0);
  });

  it('keeps a package while some file depends on it', () => {
    const linker = new Linker();
    put(linker, 'a.ts', "import 'react';");
    put(linker, 'b.ts', "import 'react';");
    expect(
      linker
        .link()
        .files.get('')
        ?.nodes.map(({ id }) => id),
    ).toEqual(['pkg:npm/react']);
    linker.delete('a.ts');
    expect(linker.link().files.has('')).toBeFalse();
    put(linker, 'b.ts', '');
    expect(linker.link().files.get('')?.nodes).toEqual([]);
  });

  it('reports a deleted file as gone, and removes the relationships of its importers to it', () => {
    const linker = new Linker();
    put(linker, 'a.ts', "import { b } from './b'; b();");
    put(linker, 'b.ts', 'export function b() {}');
    linker.link();
    linker.delete('b.ts');
    const { files } = linker.link();
    expect([...files]).toEqual(jasmine.arrayContaining([['b.ts', undefined]]));
    expect(files.get('a.ts')?.relationships).toEqual([]);
    put(linker, 'b.ts', 'export function b() {}');
    expect(
      linker
        .link()
        .files.get('a.ts')
        ?.relationships.map(({ id }) => id),
    ).toEqual(['a.ts|imports|b.ts', 'a.ts|calls|b.ts#b']);
  });

  it('loses nothing when it is interrupted between two steps', () => {
    const sources = new Map([
      ['a.ts', "import { b } from './b'; import 'react'; b();"],
      ['b.ts', 'export function b() {}'],
      ['c.ts', "import { b } from './b'; b();"],
    ]);
    const linker = new Linker();
    for (const [path, source] of sources) put(linker, path, source);
    const outputs = new Outputs();
    linker.linkStepwise().next();
    sources.set('b.ts', 'export const b = () => {};');
    put(linker, 'b.ts', sources.get('b.ts')!);
    linker.linkStepwise().next();
    sources.delete('c.ts');
    linker.delete('c.ts');
    outputs.take(linker.link());
    expect(outputs.digest()).toEqual(linkFresh(sources));
  });

  it('does not depend on the order in which recursive declarations are resolved', () => {
    const ring = (name: string, next: string) =>
      `import { ${next} } from './${next}';\nexport function ${name}(n: number) { return n ? ${next}(n - 1) : { ${name}() {} }; }\n${name}(1).${next}(); ${name}(1).${name}();`;
    const sources = new Map([
      ['a.ts', ring('a', 'b')],
      ['b.ts', ring('b', 'c')],
      ['c.ts', ring('c', 'a')],
    ]);
    const expected = linkFresh(sources);
    for (const order of [
      ['c.ts', 'b.ts', 'a.ts'],
      ['b.ts', 'a.ts', 'c.ts'],
    ]) {
      expect(linkFresh(new Map(order.map((path) => [path, sources.get(path)!])))).toEqual(expected);
    }
  });

  it('gives, after any edits, the result of a fresh linker', () => {
    expectIncrementalEqualsFull(START, edit, 120);
  });

  it('also does so if nothing that it knows stays in memory', () => {
    expectIncrementalEqualsFull(START, edit, 30, () => new Linker({ liveBytes: 0 }));
  });

  it('begins with the records of earlier linkers, and still gives the result of a fresh one', () => {
    expectRestartedEqualsFull(START, edit, 100);
  });
});

const MODULES = ['core', 'shapes', 'barrel', 'user', 'packages/tool/src/index', 'deep/nested'];

/** Pieces that name one another across modules, so that each edit may break or mend ties anywhere. */
const PIECES: readonly string[] = [
  "import { Shape, make } from '{0}';",
  "import * as all from '{0}';",
  "import fallback from '{0}';",
  "export * from '{0}';",
  "export { make as build } from '{0}';",
  "export * as everything from '{0}';",
  'export class Shape { area() { return 1; } grow(): Shape { return this; } }',
  'export class Shape { parts = new Map<string, Round>(); area(): Round { return new Round(); } }',
  'export class Round extends Shape { area() { super.area(); return this; } roll() {} }',
  'export interface Shape { area(): number }',
  'export function make() { return new Shape(); }',
  'export function make(): Round { return null!; }',
  'export const make = (n: number) => (n ? all.make(n - 1) : { area() {} });',
  'export default function () { return make(1); }',
  'export default { make, run() { make(1).area(); } };',
  'make(1).area(); new Shape().grow().area();',
  'all.make(1).area(); all.everything.make();',
  'function local(s: Shape) { s.area(); s.parts.get("")?.roll(); fallback(); }',
  'local(make(1)); [make(1)].forEach((s) => s.area());',
  'declare global { function ambient(): Shape; interface Window { shape: Shape } }',
  'ambient().area(); window.shape.area();',
  "const tool = require('tool'); tool.make().area();",
];

const specifier = fc.constantFrom('./core', './shapes.js', './barrel', '@/user', 'tool', '../core', 'react', './deep/nested');
const piece = fc.tuple(fc.constantFrom(...PIECES), specifier).map(([text, target]) => text.replaceAll('{0}', target));
const moduleText = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('\n'));

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ path: fc.constantFrom(...MODULES.map((name) => `${name}.ts`), 'shapes/index.ts'), source: moduleText }),
  },
  { weight: 2, arbitrary: fc.record({ path: fc.constantFrom(...MODULES.map((name) => `${name}.ts`)), source: fc.constant(undefined) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      path: fc.constant('tsconfig.json'),
      source: fc.constantFrom(
        undefined,
        '{}',
        '{"compilerOptions":{"paths":{"@/*":["./*"]}}}',
        '{"compilerOptions":{"paths":{"@/*":["./deep/*"],"tool":["./core"]}}}',
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      path: fc.constant('packages/tool/package.json'),
      source: fc.constantFrom(undefined, '{"name":"tool"}', '{"name":"other"}'),
    }),
  },
);

const START: readonly (readonly [string, string])[] = [
  ['tsconfig.json', '{"compilerOptions":{"paths":{"@/*":["./*"]}}}'],
  ['packages/tool/package.json', '{"name":"tool"}'],
  ['core.ts', `${PIECES[6]!}\n${PIECES[10]!}`],
  ['shapes.ts', "export * from './core';\nexport class Round extends Shape { roll() {} }"],
  ['barrel.ts', "export * from './shapes';"],
  ['user.ts', "import { Shape, make } from './barrel';\nmake(1).area(); function local(s: Shape) { s.area(); }"],
];

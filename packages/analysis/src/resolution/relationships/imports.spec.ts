import { analyse, type Sources } from '../../testing/code-base.ts';

const LIBRARY: Sources = {
  'lib.ts':
    'export function named() {}\nexport default function main() {}\nexport class Box { open() {} }\nexport const table = { row() {} };',
};

function callsIn(source: string, more: Sources = LIBRARY): string[] {
  return analyse({ ...more, 'user.ts': `${source}` }).from('user.ts', 'calls');
}

describe('imports', () => {
  it('of every form lead to the declaration', () => {
    expect(callsIn("import { named } from './lib'; named();")).toEqual(['lib.ts#named']);
    expect(callsIn("import { named as other } from './lib'; other();")).toEqual(['lib.ts#named']);
    expect(callsIn("import main from './lib'; main();")).toEqual(['lib.ts#main']);
    expect(callsIn("import { default as m } from './lib'; m();")).toEqual(['lib.ts#main']);
    expect(callsIn("import * as lib from './lib'; lib.named(); lib.default(); lib.table.row();")).toEqual([
      'lib.ts#main',
      'lib.ts#named',
      'lib.ts#table.row',
    ]);
    expect(callsIn("const { named } = require('./lib'); named();")).toEqual(['lib.ts#named']);
    expect(callsIn("const lib = require('./lib'); lib.named();")).toEqual(['lib.ts#named']);
    expect(callsIn("const { named } = await import('./lib'); named();")).toEqual(['lib.ts#named']);
    expect(callsIn("import('./lib').then((lib) => lib.named());")).toEqual(['lib.ts#named']);
    expect(callsIn("import lib = require('./lib'); lib.named();")).toEqual(['lib.ts#named']);
  });

  it('go through chains of re-exports, renamed, starred and by namespace', () => {
    const chain: Sources = {
      ...LIBRARY,
      'a.ts': "export { named as renamed } from './lib'; export { default } from './lib';",
      'b.ts': "export * from './a'; import { Box } from './lib'; export { Box };",
      'c.ts': "export * as everything from './b'; export * from './b';",
    };
    expect(callsIn("import { renamed } from './c'; renamed();", chain)).toEqual(['lib.ts#named']);
    expect(callsIn("import { everything } from './c'; everything.renamed();", chain)).toEqual(['lib.ts#named']);
    expect(callsIn("import main from './a'; main();", chain)).toEqual(['lib.ts#main']);
    expect(callsIn("import { Box } from './c'; new Box().open();", chain)).toEqual(['lib.ts#Box.open']);
  });

  it('that form circles end', () => {
    const circle: Sources = {
      'a.ts': "export * from './b'; export { x } from './b';",
      'b.ts': "export * from './a'; export { x } from './a';",
    };
    expect(callsIn("import { x, y } from './a'; x(); y();", circle)).toEqual([]);
  });

  it('of CommonJS lead to what a module exports, piece by piece or as a whole', () => {
    const js: Sources = {
      'pieces.js': 'exports.one = function () {}; module.exports.two = () => {};',
      'whole.js': 'function one() {}\nmodule.exports = { one, two() {} };',
      'single.js': 'module.exports = function run() {};',
      'class.js': 'class Server { listen() {} }\nmodule.exports = Server;',
    };
    expect(callsIn("const p = require('./pieces'); p.one(); p.two();", js)).toEqual(['pieces.js#one', 'pieces.js#two']);
    expect(callsIn("const { one, two } = require('./whole'); one(); two();", js)).toEqual(['whole.js#one', 'whole.js#two']);
    expect(callsIn("import whole from './whole'; whole.two();", js)).toEqual(['whole.js#two']);
    expect(callsIn("const run = require('./single'); run();", js)).toEqual(['single.js#exports']);
    expect(callsIn("const Server = require('./class'); new Server().listen();", js)).toEqual(['class.js#Server.listen']);
  });

  it('are shadowed by inner declarations', () => {
    expect(callsIn("import { named } from './lib'; function f(named) { named(); } { const named = () => {}; named(); }")).toEqual([
      'user.ts#named',
    ]);
  });

  it('make imports between files, and depends_on to packages', () => {
    const found = analyse({
      ...LIBRARY,
      'user.ts':
        "import './lib'; import fs from 'node:fs'; import path from 'path'; import x from '@scope/pkg/deep'; import react from 'react'; import './style.css';",
    });
    expect(found.from('user.ts', 'imports')).toEqual(['lib.ts']);
    expect(found.from('user.ts', 'depends_on')).toEqual(['pkg:node/fs', 'pkg:node/path', 'pkg:npm/@scope/pkg', 'pkg:npm/react']);
    expect(found.node('pkg:npm/@scope/pkg')).toEqual(jasmine.objectContaining({ node_type: 'package', name: '@scope/pkg' }));
  });
});

describe('exports', () => {
  it('belong to the file: its own declarations and its re-exports', () => {
    const found = analyse({
      ...LIBRARY,
      'barrel.ts': "export * from './lib'; export const own = 1; const a = 1; export { a as b }; export type T = string;",
    });
    expect(found.from('lib.ts', 'exports')).toEqual(['lib.ts#Box', 'lib.ts#main', 'lib.ts#named', 'lib.ts#table']);
    expect(found.from('barrel.ts', 'exports')).toEqual([
      'barrel.ts#T',
      'barrel.ts#a',
      'barrel.ts#own',
      'lib.ts#Box',
      'lib.ts#named',
      'lib.ts#table',
    ]);
  });
});

/** A small workspace in three languages, whose files refer to one another in most of the possible ways. */
export const MIXED: readonly (readonly [path: string, text: string])[] = [
  ['.gitignore', 'dist/\n'],
  ['package.json', '{ "name": "root", "workspaces": ["packages/*"] }'],
  ['tsconfig.json', '{ "compilerOptions": { "baseUrl": ".", "paths": { "~/*": ["./app/*"] } } }'],
  ['packages/core/package.json', '{ "name": "@mixed/core", "exports": { ".": "./src/index.ts", "./extra": "./src/extra.ts" } }'],
  ['packages/core/src/index.ts', "export * from './hot.ts';\nexport { Shape as Form } from './shape.ts';\n"],
  ['packages/core/src/hot.ts', "import { Shape } from './shape.ts';\nexport function hot(): Shape {\n  return new Shape();\n}\n"],
  ['packages/core/src/shape.ts', 'export class Shape {\n  area() { return 1; }\n  grow(): Shape { return this; }\n}\n'],
  ['packages/core/src/extra.ts', 'export const extra = () => 1;\nexport default function () { return extra(); }\n'],
  ['packages/core/src/other.ts', 'export const extra = () => 2;\nexport function hot() { return { area() {} }; }\n'],
  [
    'app/main.ts',
    "import { hot, Form } from '@mixed/core';\nimport { help } from '~/help';\nhot().grow().area();\nnew Form().area();\nhelp();\n",
  ],
  ['app/help.ts', "import make, { extra } from '@mixed/core/extra';\nexport function help() {\n  make();\n  return extra();\n}\n"],
  ['lib/help.ts', 'export function help() {\n  return 2;\n}\n'],
  ['app/view.jsx', "import { help } from './help';\nexport const View = () => <p onClick={() => help()} />;\n"],
  ['py/__init__.py', ''],
  ['py/core.py', 'class Shape:\n    def area(self):\n        return 1\n\n\ndef make() -> Shape:\n    return Shape()\n'],
  ['py/use.py', 'from py.core import make\n\n\ndef run():\n    make().area()\n'],
  ['go.mod', 'module example.com/mixed\n'],
  [
    'geo/geo.go',
    'package geo\n\ntype Shape struct{}\n\nfunc (s *Shape) Area() int { return 1 }\n\nfunc Make() *Shape { return &Shape{} }\n',
  ],
  ['cmd/main.go', 'package main\n\nimport "example.com/mixed/geo"\n\nfunc main() { geo.Make().Area() }\n'],
];

/** `count` files below a folder, each of which calls the one before it. */
export function chain(folder: string, count: number, body = 'return 1;'): (readonly [path: string, text: string])[] {
  return Array.from({ length: count }, (_, i) => {
    const call = i === 0 ? '' : `import { f${String(i - 1)} } from './f${String(i - 1)}';\nf${String(i - 1)}();\n`;
    return [`${folder}/f${String(i)}.ts`, `${call}export function f${String(i)}() { ${body} }\n`] as const;
  });
}

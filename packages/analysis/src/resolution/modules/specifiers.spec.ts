import { analyse, type Sources } from '../../testing/code-base.ts';

function importsOf(path: string, sources: Sources): string[] {
  const found = analyse(sources);
  return [...found.from(path, 'imports'), ...found.from(path, 'depends_on')];
}

describe('specifiers', () => {
  it('that are relative lead to files as in TypeScript', () => {
    const files: Sources = { 'a.ts': '', 'b.tsx': '', 'c/index.ts': '', 'd.d.ts': '', 'e.mts': '', 'index.ts': '', 'f.vue.ts': '' };
    const lead = (specifier: string) => importsOf('src.ts', { ...files, 'src.ts': `import '${specifier}';` });
    expect(lead('./a')).toEqual(['a.ts']);
    expect(lead('./a.ts')).toEqual(['a.ts']);
    expect(lead('./a.js')).toEqual(['a.ts']);
    expect(lead('./b.js')).toEqual(['b.tsx']);
    expect(lead('./c')).toEqual(['c/index.ts']);
    expect(lead('./d')).toEqual(['d.d.ts']);
    expect(lead('./e.mjs')).toEqual(['e.mts']);
    expect(lead('.')).toEqual(['index.ts']);
    expect(lead('./f.vue')).toEqual(['f.vue.ts']);
    expect(lead('./a?worker')).toEqual(['a.ts']);
    expect(lead('../a')).toEqual([]);
    expect(lead('./nowhere')).toEqual([]);
  });

  it('follow the paths of the nearest tsconfig.json, of what it extends, and of what it references', () => {
    const files: Sources = {
      'tsconfig.base.json': '{ "compilerOptions": { "paths": { "@base/*": ["./libs/*/index.ts"] } } }',
      'libs/log/index.ts': '',
      'app/tsconfig.json': '{ // comments\n "extends": ["missing-package/tsconfig.json", "../tsconfig.base"], }',
      'app/a.ts': "import '@base/log'; import '@own/x';",
      'web/tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
      'web/tsconfig.app.json': '{ "compilerOptions": { "baseUrl": "./src", "paths": { "@own/*": ["gen/*", "*"], "exact": ["x.ts"] } } }',
      'web/src/x.ts': '',
      'web/src/deep/y.ts': "import '@own/x'; import 'exact'; import 'x'; import '@base/log';",
    };
    expect(importsOf('app/a.ts', files)).toEqual(['libs/log/index.ts', 'pkg:npm/@own/x']);
    expect(importsOf('web/src/deep/y.ts', files)).toEqual(['web/src/x.ts', 'pkg:npm/@base/log']);
  });

  it('resolve in reasonable time if configurations extend each other in circles, each many times', () => {
    const many = JSON.stringify(Array.from({ length: 300 }, (_, i) => `./tsconfig.${String(i % 3)}.json`));
    const config = `{ "extends": ${many}, "compilerOptions": { "paths": { "@own/*": ["./libs/*"] } } }`;
    const files: Sources = {
      ...Object.fromEntries([0, 1, 2].map((i) => [`tsconfig.${String(i)}.json`, config])),
      'tsconfig.json': `{ "extends": ${many}, "references": [${'{ "path": "./tsconfig.1.json" },'.repeat(2_000)}] }`,
      'libs/x.ts': '',
      'a.ts': "import '@own/x';",
    };
    expect(importsOf('a.ts', files)).toEqual(['libs/x.ts']);
  });

  it('lead to workspace packages by their exports, built or not', () => {
    const files: Sources = {
      'packages/core/package.json': JSON.stringify({
        name: '@w/core',
        exports: {
          '.': { types: './dist/index.d.ts', default: './dist/index.js' },
          './features/*': './dist/features/*.js',
          './raw': './raw.ts',
        },
      }),
      'packages/core/src/index.ts': '',
      'packages/core/src/features/one.ts': '',
      'packages/core/raw.ts': '',
      'packages/plain/package.json': '{ "name": "plain", "main": "lib/main.js" }',
      'packages/plain/src/main.ts': '',
      'packages/self/package.json': '{ "name": "self", "imports": { "#db": "./src/db.ts", "#util/*": "./src/util/*.ts" } }',
      'packages/self/src/db.ts': '',
      'packages/self/src/util/a.ts': '',
      'packages/self/src/user.ts':
        "import '@w/core'; import '@w/core/features/one'; import '@w/core/raw'; import 'plain'; import '#db'; import '#util/a'; import 'react/jsx-runtime';",
    };
    expect(importsOf('packages/self/src/user.ts', files)).toEqual([
      'packages/core/raw.ts',
      'packages/core/src/features/one.ts',
      'packages/core/src/index.ts',
      'packages/plain/src/main.ts',
      'packages/self/src/db.ts',
      'packages/self/src/util/a.ts',
      'pkg:npm/react',
    ]);
  });

  it('follow what a tsconfig.json extends, whatever its name; of a list the later entry wins; also from packages of the program', () => {
    const files: Sources = {
      'a/tsconfig.json': '{ "extends": ["./config/first.json", "./config/paths"] }',
      'a/config/first.json': '{ "compilerOptions": { "paths": { "~/*": ["../wrong/*"] } } }',
      'a/config/paths.json': '{ "compilerOptions": { "paths": { "~/*": ["../right/*"] } } }',
      'a/wrong/x.ts': '',
      'a/right/x.ts': '',
      'a/main.ts': "import '~/x';",
      'tool/package.json': '{ "name": "@repo/typescript" }',
      'tool/base.json': '{ "compilerOptions": { "paths": { "~/*": ["../b/src/*"] } } }',
      'b/tsconfig.json': '{ "extends": "@repo/typescript/base.json" }',
      'b/src/x.ts': '',
      'b/main.ts': "import '~/x';",
    };
    expect(importsOf('a/main.ts', files)).toEqual(['a/right/x.ts']);
    expect(importsOf('b/main.ts', files)).toEqual(['b/src/x.ts']);
  });

  it('of a package follow its conditions for `import` or `require`, whichever the file uses', () => {
    const manifest = {
      name: 'shop',
      imports: { '#env': { require: './env.cjs', import: './env.mjs' }, '#pad': 'left-pad', '#core': '@w/core', '#self': '#env' },
    };
    const files: Sources = {
      'package.json': JSON.stringify(manifest),
      'env.mjs': '',
      'env.cjs': '',
      'core/package.json': '{ "name": "@w/core", "exports": { "require": "./old.cjs", "import": "./new.js" } }',
      'core/old.cjs': '',
      'core/new.js': '',
      'a.js': "import '#env'; import '#pad'; import '#core';",
      'b.js': "require('#env'); require('#pad'); require('@w/core');",
      'c.cts': "import '#env';",
      'd.js': "import '#env'; require('#env');",
      'e.js': "import '#self'; import '#nothing';",
    };
    expect(importsOf('a.js', files)).toEqual(['core/new.js', 'env.mjs', 'pkg:npm/left-pad']);
    expect(importsOf('b.js', files)).toEqual(['core/old.cjs', 'env.cjs', 'pkg:npm/left-pad']);
    expect(importsOf('c.cts', files)).toEqual(['env.cjs']);
    expect(importsOf('d.js', files)).toEqual(['env.cjs', 'env.mjs']);
    expect(importsOf('e.js', files)).toEqual([]);
  });

  it('that are no valid package name lead nowhere', () => {
    expect(
      importsOf('a.ts', { 'a.ts': "import '@/x'; import '~/y'; import 'virtual:z'; import 'https://a.b/c.js'; import '/abs';" }),
    ).toEqual([]);
  });
});

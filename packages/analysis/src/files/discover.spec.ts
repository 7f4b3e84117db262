import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { discoverFiles } from './discover.ts';
import { FileRules } from './file-rules.ts';

describe('discovery', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'graphtail-discover-'));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }

  async function pathsFound(): Promise<string[]> {
    return (await discoverFiles(root)).files.map(({ path }) => path);
  }

  it('finds files of known languages and the configurations that resolving needs, sorted, with their sizes', async () => {
    write({
      'b.ts': 'abc',
      'a.jsx': '',
      'deep/er/c.mts': '',
      'readme.md': '',
      'package.json': '{}',
      'deep/tsconfig.build.json': '{}',
      'data.json': '{}',
      Makefile: '',
    });
    const { files } = await discoverFiles(root);
    expect(files.map(({ path, language }) => `${path} ${language}`)).toEqual([
      'a.jsx javascript',
      'b.ts typescript',
      'deep/er/c.mts typescript',
      'deep/tsconfig.build.json config',
      'package.json config',
    ]);
    expect(files[1]?.size).toBe(3);
  });

  it('obeys ignore files, each in its folder; the nearer one and .graphignore win', async () => {
    write({
      '.gitignore': 'out/\n*.gen.ts\n/only-here.ts\n',
      '.graphignore': 'legacy\n!keep.gen.ts\n',
      'a.gen.ts': '',
      'keep.gen.ts': '',
      'only-here.ts': '',
      'sub/only-here.ts': '',
      'sub/.gitignore': '!special.gen.ts\nlocal.ts',
      'sub/special.gen.ts': '',
      'sub/local.ts': '',
      'local.ts': '',
      'out/x.ts': '',
      'sub/out/.gitignore': '!*',
      'sub/out/y.ts': '',
      'legacy/z.ts': '',
    });
    expect(await pathsFound()).toEqual(['keep.gen.ts', 'local.ts', 'sub/only-here.ts', 'sub/special.gen.ts']);
  });

  it('obeys the patterns of graphtail.config.json at the root, which win over the ignore files there', async () => {
    write({
      'graphtail.config.json': '{"port": 9000, "ignore": ["gen/", "!kept.ts", "/only-here.ts"]}',
      '.graphignore': 'kept.ts',
      'kept.ts': '',
      'only-here.ts': '',
      'gen/a.ts': '',
      'sub/only-here.ts': '',
      'sub/graphtail.config.json': '{"ignore": ["*"]}',
    });
    expect(await pathsFound()).toEqual(['kept.ts', 'sub/only-here.ts']);
  });

  it('says so if the patterns of graphtail.config.json cannot be read, and goes on without them', async () => {
    for (const [settings, isFit] of [
      ['{"ignore": "gen/"}', false],
      ['{"ignore": [1]}', false],
      ['{"ignore": ', false],
      ['null', false],
      ['{"ignore": []}', true],
      ['{}', true],
    ] as const) {
      write({ 'graphtail.config.json': settings, 'a.ts': '' });
      const { files, skipped } = await discoverFiles(root);
      expect(files.map(({ path }) => path)).toEqual(['a.ts']);
      expect(skipped.map(({ path }) => path))
        .withContext(settings)
        .toEqual(isFit ? [] : ['graphtail.config.json']);
    }
  });

  it('counts the source files that no reader knows, by extension, without ignored ones, documents and data', async () => {
    write({
      '.gitignore': 'out/',
      'a.elm': '',
      'b/B.ELM': '',
      'c.swift': '',
      'out/d.elm': '',
      'README.md': '',
      'data.json': '{}',
      '.elm': '',
    });
    expect([...(await discoverFiles(root)).unread].sort()).toEqual([
      ['.elm', 2],
      ['.swift', 1],
    ]);
  });

  it('ignores ignore files above the root', async () => {
    write({ '.gitignore': '*', 'inner/a.ts': '' });
    expect((await discoverFiles(join(root, 'inner'))).files.map(({ path }) => path)).toEqual(['a.ts']);
  });

  it('never enters node_modules or .git', async () => {
    write({ 'node_modules/a/index.js': '', 'x/node_modules/b.js': '', '.git/hooks/c.js': '', 'd.js': '' });
    expect(await pathsFound()).toEqual(['d.js']);
  });

  it('skips temporary files of editors and tools', async () => {
    write({
      'vite.config.ts': '',
      'vite.config.ts.timestamp-1720000000000-9f8e7d6c5b4a3.mjs': '',
      'tsup.config.bundled_k2j3h4.mjs': '',
      'flycheck_a.py': '',
      '.#a.ts': '',
    });
    expect(await pathsFound()).toEqual(['vite.config.ts']);
  });

  it('follows no symbolic link, so none can loop or lead outside, and reports links to files', async () => {
    write({ 'real/a.ts': '' });
    symlinkSync(root, join(root, 'loop'));
    symlinkSync(join(root, 'real/a.ts'), join(root, 'alias.ts'));
    const { files, skipped } = await discoverFiles(root);
    expect(files.map(({ path }) => path)).toEqual(['real/a.ts']);
    expect(skipped).toEqual([{ path: 'alias.ts', reason: 'symbolic link' }]);
  });

  it("ends with the signal's reason when it is aborted, and with an error if there is no root", async () => {
    await expectAsync(discoverFiles(join(root, 'nowhere'))).toBeRejectedWithError(/ENOENT/);
  });

  it('agrees with the rules for single paths', async () => {
    write({ '.gitignore': 'gen/', 'src/a.ts': '', 'gen/b.ts': '', 'c.txt': '', 'node_modules/x.js': '', 'sub/node_modules/y.js': '' });
    const rules = new FileRules(root);
    const { files } = await discoverFiles(root);
    const found = ['src/a.ts', 'gen/b.ts', 'c.txt', 'node_modules/x.js', 'sub/node_modules/y.js', 'nowhere.ts', 'src'].map((path) =>
      rules.fileAt(path),
    );
    expect(found.filter((file) => file !== undefined)).toEqual(files);
    expect(['src', 'gen', 'src/a.ts', 'nowhere'].map((path) => rules.isFolder(path))).toEqual([true, false, false, false]);
    expect(rules.decidesOthers('deep/.graphignore')).toBeTrue();
    expect([rules.fileAt('src/a.ts/b.ts'), rules.isFolder('src/a.ts/b')]).toEqual([undefined, false]);
    write({ '.gitignore': '' });
    expect(rules.fileAt('gen/b.ts')).toBeUndefined();
    rules.refresh();
    expect(rules.fileAt('gen/b.ts')?.language).toBe('typescript');
  });

  it('includes JSON files that a tsconfig extends, also through others and from packages, but no ignored ones', async () => {
    write({
      '.gitignore': 'generated/\n',
      'tsconfig.json': '{ "extends": ["./config/paths", "./generated/auto.json", "@w/tool/base.json", "./later.json", "../outside.json"] }',
      'config/paths.json': '{ // more\n "extends": "./deep.json" }',
      'config/deep.json': '{ "extends": "./paths.json" }',
      'generated/auto.json': '{}',
      'tool/package.json': '{ "name": "@w/tool" }',
      'tool/base.json': '{}',
      'data.json': '{}',
    });
    const rules = new FileRules(root);
    const found = async (): Promise<string[]> => rules.withExtended((await discoverFiles(root)).files).map(({ path }) => path);
    expect(await found()).toEqual(['config/deep.json', 'config/paths.json', 'tool/base.json', 'tool/package.json', 'tsconfig.json']);
    expect(rules.fileAt('config/deep.json')?.language).toBe('config');
    expect(rules.fileAt('data.json')).toBeUndefined();

    write({ 'later.json': '{}' });
    expect(rules.decidesOthers('later.json')).toBeTrue();
    expect(await found()).toContain('later.json');
  });

  it('looks for at most 64 of the files that one tsconfig extends', async () => {
    write({ 'tsconfig.json': JSON.stringify({ extends: Array.from({ length: 10_000 }, (_, i) => `./c${String(i)}.json`) }) });
    const rules = new FileRules(root);
    rules.withExtended((await discoverFiles(root)).files);
    expect([rules.decidesOthers('c63.json'), rules.decidesOthers('c64.json')]).toEqual([true, false]);
  });
});

import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkTree } from '../incremental/specs/work-tree.ts';
import { GitPlace } from './git-place.ts';

describe('The commit of a work tree', () => {
  let folder: string;
  let tree: WorkTree;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graphtail-git-spec-'));
    tree = new WorkTree(join(folder, 'code'));
    await tree.write('a.ts', 'export const a = 1;\n');
    await tree.git('init', '-q', '-b', 'main');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const head = () => tree.git('rev-parse', 'HEAD');
  const read = (root = tree.root) => new GitPlace(root).read();

  it('is unknown without a repository and before the first commit', async () => {
    expect(await read(folder)).toBeUndefined();
    expect(await read()).toBeUndefined();
  });

  it('is read from HEAD and its branch, below the top folder too, and from packed references', async () => {
    await tree.write('src/b.ts', '');
    await tree.commitAll('first');
    const expected = { commit: await head(), branch: 'main', dirty: false };
    expect(await read()).toEqual(expected);
    expect(await read(join(tree.root, 'src'))).toEqual(expected);
    await tree.git('pack-refs', '--all');
    await tree.git('gc', '-q');
    expect(existsSync(join(tree.root, '.git/refs/heads/main'))).toBeFalse();
    expect(await read()).toEqual(expected);
  });

  it('is read in linked work trees, with a detached HEAD, and with hashes of 256 bits', async () => {
    await tree.commitAll('first');
    await tree.git('worktree', 'add', '-q', '-b', 'side/branch', '../linked');
    expect(await read(join(folder, 'linked'))).toEqual({ commit: await head(), branch: 'side/branch', dirty: false });
    await tree.git('checkout', '-q', '--detach');
    expect(await read()).toEqual({ commit: await head(), branch: null, dirty: false });
    const wide = new WorkTree(join(folder, 'wide'));
    await wide.write('a.ts', '');
    await wide.git('init', '-q', '-b', 'main', '--object-format=sha256');
    await wide.commitAll('first');
    expect(await read(wide.root)).toEqual({ commit: await wide.git('rev-parse', 'HEAD'), branch: 'main', dirty: false });
  });

  it('is dirty if a tracked file differs, in the work tree or in the index; an untracked file does not count', async () => {
    await tree.commitAll('first');
    await tree.write('new.ts', '');
    expect((await read())?.dirty).toBeFalse();
    await tree.git('add', 'new.ts');
    expect((await read())?.dirty).toBeTrue();
    await tree.git('reset', '-q', '--hard');
    await tree.write('a.ts', 'export const a = 2;\n');
    expect((await read())?.dirty).toBeTrue();
  });

  it('is read without running what the repository names, and without writing to it', async () => {
    await tree.write('.gitattributes', '*.ts filter=evil\n');
    await tree.commitAll('first');
    const evil = join(folder, 'evil');
    const ran = join(folder, 'ran');
    await writeFile(evil, `#!/bin/sh\ntouch ${ran}\n`);
    await chmod(evil, 0o755);
    const named = ['core.fsmonitor', 'filter.evil.clean', 'core.pager', 'core.sshCommand', 'diff.external'];
    for (const name of named) await tree.git('config', name, evil);
    await tree.git('config', 'core.hooksPath', folder);
    for (const hook of ['post-index-change', 'fsmonitor-watchman', 'reference-transaction']) {
      await writeFile(join(folder, hook), await readFile(evil));
      await chmod(join(folder, hook), 0o755);
    }
    await tree.write('a.ts', 'export const a = 2;\n'); // so that git compares its content
    const index = await readFile(join(tree.root, '.git/index'));
    const files = await readdir(join(tree.root, '.git'));
    await rm(ran, { force: true });

    expect((await read())?.dirty).toBeTrue();
    expect(existsSync(ran)).toBeFalse();
    expect(await readFile(join(tree.root, '.git/index'))).toEqual(index);
    expect(await readdir(join(tree.root, '.git'))).toEqual(files);
    await tree.git('status', '--porcelain'); // git itself, with the repository's own configuration, does run it
    expect(existsSync(ran)).toBeTrue();
  });

  it('is unknown if what HEAD says is not a reference or hash', async () => {
    await tree.commitAll('first');
    for (const text of ['ref: refs/../../outside\n', 'ref: HEAD\n', 'rubbish', '']) {
      await writeFile(join(tree.root, '.git/HEAD'), text);
      await writeFile(join(folder, 'outside'), '0'.repeat(40));
      expect(await read())
        .withContext(text)
        .toBeUndefined();
    }
  });

  it('is seen to move once, and not while git changes files', async () => {
    await tree.commitAll('first');
    const place = new GitPlace(tree.root);
    expect([place.look(), place.isUntold]).toEqual([false, false]);
    await tree.commitAll('second');
    await writeFile(join(tree.root, '.git/index.lock'), '');
    expect(place.look()).toBeFalse();
    await rm(join(tree.root, '.git/index.lock'));
    expect([place.look(), place.look(), place.isUntold]).toEqual([true, false, true]);
    place.told(await place.read());
    expect(place.isUntold).toBeFalse();
  });
});

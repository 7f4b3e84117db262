import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../../tests/support/eventually.ts';
import { clauseOf, FolderWatch, makeFolder, whyUnwritable } from './index.ts';

describe('A folder', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'graphtail-folder-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('is made with its parents, with the requested mode', () => {
    const path = join(home, 'a/b/c');
    makeFolder(path, 0o700);
    makeFolder(path, 0o700);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'a')).mode & 0o777).toBe(0o700);
  });

  it('that cannot be made is refused, also below /proc, where mkdir reports a missing parent', () => {
    writeFileSync(join(home, 'file'), '');
    symlinkSync(join(home, 'nowhere'), join(home, 'link'));
    for (const path of ['file', 'file/below', 'link'].map((each) => join(home, each))) expect(() => makeFolder(path)).toThrow();
    if (process.platform !== 'linux') return;
    // In a process of its own: one that loops for ever can't be stopped from inside.
    const script = `import { makeFolder } from ${JSON.stringify(join(import.meta.dirname, 'make-folder.ts'))}; makeFolder('/proc/x/y');`;
    const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 });
    expect({ status, signal }).withContext(String(stderr)).toEqual({ status: 1, signal: null });
  });

  it('that cannot be written is refused with the reason in words', async () => {
    expect(await whyUnwritable(home)).toBeUndefined();
    expect(await whyUnwritable(join(home, 'gone'))).toBe('it was deleted');
    writeFileSync(join(home, 'file'), '');
    expect(await whyUnwritable(join(home, 'file'))).toBe('there is a file in its place');
    const clauses = { EROFS: /read-only/, EACCES: /read-only/, ENOSPC: /full/, EDQUOT: /quota/ };
    for (const [code, words] of Object.entries(clauses)) expect(clauseOf(Object.assign(new Error('x'), { code }))).toMatch(words);
  });

  it('on a full or read-only disk is refused with that reason', async () => {
    const disk = join(home, 'disk');
    mkdirSync(disk);
    if (!mounted(disk, 'size=64k')) return; // only root may; the words are held by the spec above
    try {
      writeFileSync(join(disk, 'a'), Buffer.alloc(56 * 1024));
      expect(await whyUnwritable(disk)).toBe('its disk is full');
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      expect(await whyUnwritable(disk)).toBe('it is on a read-only file system');
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('is watched: deleting or replacing it is reported once and degrades health; a folder that never existed does not', async () => {
    const said: string[] = [];
    const logger = {
      warn: (about: object) => void said.push((about as { reason: string }).reason),
      info: () => void said.push('ok'),
    };
    const [never, watch] = [await FolderWatch.begin(join(home, 'never'), logger, 10), await FolderWatch.begin(home, logger, 10)];
    expect(watch.reasons).toEqual([]);
    const aside = `${home}-aside`;
    renameSync(home, aside);
    await eventually(() => watch.reasons.length > 0);
    expect(watch.reasons[0]).toMatch(/data folder .* can't be used: it was deleted/);
    mkdirSync(home);
    await eventually(() => watch.reasons[0]?.includes('replaced') === true);
    rmSync(home, { recursive: true });
    renameSync(aside, home);
    await eventually(() => watch.reasons.length === 0);
    expect(said.slice(0, 2)).toEqual(['it was deleted', 'it was deleted or replaced']);
    expect(said.at(-1)).toBe('ok');
    expect(never.reasons).toEqual([]);
    watch.close();
    never.close();
  });
});

function mounted(folder: string, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0;
}

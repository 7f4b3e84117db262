import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';
import { DataDir } from './data-dir.ts';

describe('the data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'graphtail-data-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is refused to a second Graphtail, with a message about the first', async () => {
    const first = await DataDir.take(folder, 'http://127.0.0.1:8000');
    await expectAsync(DataDir.take(folder, 'http://127.0.0.1:8001')).toBeRejectedWithError(
      UserError,
      new RegExp(`in use by the Graphtail at http://127.0.0.1:8000 \\(pid ${String(process.pid)}\\)`),
    );
    await first.release();
    await (await DataDir.take(folder, 'http://127.0.0.1:8001')).release();
    expect(first.redis).toBe(join(folder, 'redis'));
  });

  it('that cannot be used is refused in one line with the reason', async () => {
    writeFileSync(join(folder, 'file'), '');
    const refusal = (why: string): RegExp => new RegExp(`^Can't use the data folder .*: ${why}. Choose another with --data-dir.$`);
    for (const path of ['file', 'file/below'])
      await expectAsync(DataDir.take(join(folder, path), 'a')).toBeRejectedWithError(UserError, refusal('there is a file in its place'));
    if (process.platform === 'linux')
      await expectAsync(DataDir.take('/proc/x', 'a')).toBeRejectedWithError(UserError, refusal('no folder can be made there'));
  });

  it('that is full or read-only is refused with those words', async () => {
    // Only root may mount; what the words are made of has a spec of its own that needs no rights.
    const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0;
    if (!mount('-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder)) return;
    try {
      await (await DataDir.take(folder, 'a')).release();
      writeFileSync(join(folder, 'fill'), Buffer.alloc(60 * 1024));
      await expectAsync(DataDir.take(folder, 'a')).toBeRejectedWithError(UserError, /: its disk is full\. Choose/);
      mount('-o', 'remount,ro', folder);
      await expectAsync(DataDir.take(folder, 'a')).toBeRejectedWithError(UserError, /: it is on a read-only file system\. Choose/);
    } finally {
      spawnSync('umount', [folder]);
    }
  });

  it('is closed to other users, also if an earlier version made it', async () => {
    const own = join(folder, 'own');
    for (const made of [own, join(own, 'redis'), join(own, 'logs')]) {
      mkdirSync(made);
      chmodSync(made, 0o775); // a group of the user's own, as many systems have it
    }
    await DataDir.take(own, 'a');
    for (const [path, mode] of [
      [own, 0o700],
      [join(own, 'redis'), 0o700],
      [join(own, 'logs'), 0o700],
      [join(own, 'lock'), 0o600],
    ] as const)
      expect(statSync(path).mode & 0o777)
        .withContext(path)
        .toBe(mode);
  });

  it('is refused if others could have put files there', async () => {
    chmodSync(folder, 0o777);
    await expectAsync(DataDir.take(folder, 'a')).toBeRejectedWithError(UserError, /Other users can write to .*chmod 700/);
    chmodSync(folder, 0o700);
    mkdirSync(join(folder, 'redis'));
    chmodSync(join(folder, 'redis'), 0o702);
    await expectAsync(DataDir.take(folder, 'a')).toBeRejectedWithError(UserError, /Other users can write to .*redis/);
    if (process.getuid?.() !== 0) return; // only root can give a folder away
    chmodSync(folder, 0o770);
    chownSync(folder, 0, 54_321);
    await expectAsync(DataDir.take(folder, 'a')).toBeRejectedWithError(UserError, /Other users can write to/);
    chownSync(folder, 54_321, 0);
    await expectAsync(DataDir.take(folder, 'a')).toBeRejectedWithError(UserError, /belongs to another user \(uid 54321\)/);
    expect(statSync(folder).mode & 0o777).toBe(0o770); // what is not ours stays as it is
    chownSync(folder, 0, 0);
  });
});

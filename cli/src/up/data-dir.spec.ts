import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';
import { DataDir } from './data-dir.ts';
import { startOf } from './processes.ts';

describe('the data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'graphtail-data-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is refused to a second Graphtail, which is told of the first', async () => {
    const first = await DataDir.take(folder, 'http://127.0.0.1:8000');
    await expectAsync(DataDir.take(folder, 'http://127.0.0.1:8001')).toBeRejectedWithError(
      UserError,
      new RegExp(`in use by the Graphtail at http://127.0.0.1:8000 \\(pid ${String(process.pid)}\\)`),
    );
    await first.release();
    await (await DataDir.take(folder, 'http://127.0.0.1:8001')).release();
    expect(first.redis).toBe(join(folder, 'redis'));
  });

  it('is taken over from a process that is no more, or whose pid is another process now', async () => {
    for (const stale of [
      { pid: 2 ** 22 + 1, start: '1', address: 'http://127.0.0.1:8000' },
      { pid: process.pid, start: `${startOf(process.pid)}0`, address: 'http://127.0.0.1:8000' },
    ]) {
      writeFileSync(join(folder, 'lock'), JSON.stringify(stale));
      await (await DataDir.take(folder, 'http://127.0.0.1:8001')).release();
    }
    writeFileSync(join(folder, 'lock'), '{"pid":');
    await expectAsync(DataDir.take(folder, 'http://127.0.0.1:8001')).toBeResolved();
  });

  it('says so where it can not be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expectAsync(DataDir.take(join(folder, 'file'), 'a')).toBeRejectedWithError(UserError, /choose another with --data-dir/);
  });
});

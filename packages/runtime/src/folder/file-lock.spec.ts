import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../../tests/support/eventually.ts';
import { FileLock, startOf } from './index.ts';

const MODULE = JSON.stringify(join(import.meta.dirname, 'index.ts'));
/** A process that ended long ago, and one whose pid this process has now. */
const STALE = [
  { pid: 2 ** 22 + 1, start: '1', note: '' },
  { pid: process.pid, start: `0${startOf(process.pid)}`, note: '' },
];

describe('A lock file', () => {
  let folder: string;
  let path: string;
  const children = new Set<ChildProcess>();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'graphtail-lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A process that takes the lock when a line arrives, says `held` or `refused`, and keeps it. */
  async function contender(): Promise<{ child: ChildProcess; takes(): Promise<string> }> {
    const script = `
      import { FileLock } from ${MODULE};
      process.stdout.write('begun\\n');
      process.stdin.once('data', async () => {
        const taken = await FileLock.take(${JSON.stringify(path)});
        process.stdout.write(taken instanceof FileLock ? 'held\\n' : 'refused\\n');
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.add(child);
    await once(child.stdout, 'data');
    return {
      child,
      async takes() {
        const said = once(child.stdout, 'data');
        child.stdin.write('\n');
        return String((await said)[0]).trim();
      },
    };
  }

  it('is held by one at a time, and another is told by whom', async () => {
    const first = await FileLock.take(path, 'the first');
    expect(await FileLock.take(path, 'the second')).toEqual(jasmine.objectContaining({ pid: process.pid, note: 'the first' }));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await (first as FileLock).renote('moved');
    expect(await FileLock.take(path)).toEqual(jasmine.objectContaining({ note: 'moved' }));
    await (first as FileLock).release();
    expect(await FileLock.take(path)).toBeInstanceOf(FileLock);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('is free again if its holder has ended, also where another process has its pid, or a power cut left it empty', async () => {
    for (const text of [...STALE.map((holder) => JSON.stringify(holder)), '', '{"pid":']) {
      writeFileSync(path, text);
      const taken = await FileLock.take(path);
      expect(taken).withContext(text).toBeInstanceOf(FileLock);
      await (taken as FileLock).release();
    }
  });

  it('is free again if its holder was killed while it took the lock over from another', async () => {
    for (const name of ['lock', 'lock.next', 'lock.next.next']) writeFileSync(join(folder, name), JSON.stringify(STALE[0]));
    expect(await FileLock.take(path)).toBeInstanceOf(FileLock);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('that is stale goes to one of those who find it at once', async () => {
    const contenders = await Promise.all(Array.from({ length: 4 }, contender));
    writeFileSync(path, JSON.stringify(STALE[0]));
    const outcomes = await Promise.all(contenders.map(({ takes }) => takes()));
    expect(outcomes.filter((outcome) => outcome === 'held').length)
      .withContext(outcomes.join())
      .toBe(1);
  }, 30_000);

  it('is waited for until its holder is killed', async () => {
    const { child, takes } = await contender();
    expect(await takes()).toBe('held');
    let taken = false;
    const waiting = FileLock.waitFor(path, AbortSignal.timeout(20_000)).then(() => (taken = true));
    expect(await FileLock.take(path)).toEqual(jasmine.objectContaining({ pid: child.pid }));
    expect(taken).toBeFalse();
    child.kill('SIGKILL');
    await eventually(() => taken, 20_000);
    await waiting;
    await expectAsync(FileLock.waitFor(path, AbortSignal.abort())).toBeRejected();
  }, 30_000);

  it('that another process has taken meanwhile is not taken from it', async () => {
    const first = (await FileLock.take(path, 'first')) as FileLock;
    rmSync(path);
    await FileLock.take(path, 'second');
    await first.release();
    expect(readFileSync(path, 'utf8')).toContain('second');
  });
});

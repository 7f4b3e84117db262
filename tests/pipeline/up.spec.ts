import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';
import { freePort, startRedis } from '../support/redis.ts';

const CLI = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const SHOP = new URL('../fixtures/shop', import.meta.url).pathname;
const PROCESSES = ['ingest', 'projector', 'notifier', 'gateway', 'redis-server'];

const started = new Set<ChildProcess>();

/** `graphtail up` whose output is awaited. */
async function startUp(args: readonly string[], says: string): Promise<ChildProcess> {
  const up = spawn(process.execPath, [CLI, 'up', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.add(up);
  let said = '';
  for (const stream of [up.stdout, up.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await eventually(() => said.includes(says), 60_000).catch(() => fail(`did not say ${says}:\n${said}`));
  return up;
}

/** `graphtail up` that is expected to refuse. */
function refused(...args: string[]): { status: number | null; stderr: string; ms: number } {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'up', ...args], { encoding: 'utf8', timeout: 20_000 });
  return { status, stderr, ms: performance.now() - started };
}

function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
}

async function pidsOf(pipeline: Pipeline): Promise<number[]> {
  const pids = await Promise.all(PROCESSES.map((name) => pipeline.pidOf(name)));
  return pids.filter((pid) => pid !== undefined);
}

describe('graphtail up', () => {
  let pipeline: Pipeline;
  let elsewhere: string;
  beforeAll(async () => {
    pipeline = await startPipeline();
    elsewhere = mkdtempSync(join(tmpdir(), 'graphtail-up-'));
  });
  afterAll(async () => {
    await pipeline.stop();
    for (const up of started) up.kill('SIGKILL');
    rmSync(elsewhere, { recursive: true });
  });

  it('is four services and a Redis, each one process', async () => {
    expect((await pidsOf(pipeline)).length).toBe(5);
    expect(pipeline.output()).toContain('✓ redis      private');
  });

  it('keeps its data folder unreadable for other users', () => {
    const paths = ['', ...readdirSync(pipeline.dataDir, { recursive: true, encoding: 'utf8' })].map((path) => join(pipeline.dataDir, path));
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => (lstatSync(path).mode & 0o077) !== 0)).toEqual([]);
  });

  it('refuses what the user can mend with one line, before anything is started: exit code 2 for the command line, else 1', () => {
    const port = new URL(pipeline.url).port;
    const cases: [number, string[], RegExp][] = [
      [2, [join(elsewhere, 'missing')], /There is nothing at .*missing/],
      [2, [SHOP, '--port', 'eighty'], /'--port <port>' argument 'eighty' is invalid/],
      [2, [SHOP, '--prot', '1'], /unknown option '--prot'[^]*Did you mean --port/],
      [1, [SHOP, '--port', port, '--data-dir', elsewhere], /Port \d+ is in use.*--port/],
      [1, [SHOP, '--port', '0', '--data-dir', pipeline.dataDir], /is in use by the Graphtail at http.*\?graph=shop.*--data-dir/],
    ];
    for (const [code, args, says] of cases) {
      const { status, stderr } = refused(...args);
      expect(status).withContext(stderr).toBe(code);
      expect(stderr).toMatch(says);
      expect(stderr).not.toContain('    at ');
    }
  });

  it('says within 10 s that the named Redis does not answer', async () => {
    const nobody = `redis://127.0.0.1:${String(await freePort())}`;
    const { status, stderr, ms } = refused(SHOP, '--port', '0', '--data-dir', elsewhere, '--redis-url', nobody);
    expect([status, ms < 10_000]).toEqual([1, true]);
    expect(stderr).toMatch(/Can't reach Redis at redis:.*ECONNREFUSED.*--redis-url/);
  });

  it('refuses a name that belongs to another folder, and leaves nothing behind', async () => {
    const redis = await startRedis();
    const args = ['--graph', 'shop', '--data-dir', elsewhere, '--redis-url', redis.url, '--port', '0'];
    const up = await startUp([SHOP, ...args], '✓ shop');
    up.kill('SIGTERM');
    expect(await once(up, 'exit')).toEqual([0, null]);
    const { status, stderr } = refused(join(SHOP, 'src'), ...args);
    expect([status, /name shop belongs to another folder.*--graph/.test(stderr)])
      .withContext(stderr)
      .toEqual([1, true]);
    await redis.stop();
  }, 60_000);

  it('ends and restarts a service whose event loop has stopped', async () => {
    const pid = await pipeline.pidOf('projector');
    process.kill(pid!, 'SIGSTOP');
    await eventually(async () => {
      const now = await pipeline.pidOf('projector');
      return now !== undefined && now !== pid;
    }, 15_000);
    await eventually(() => pipeline.output().includes('✓ projector  is back'), 15_000);
    expect(pipeline.output()).toMatch(/! projector {2}has not answered for [5-8] s/);
    await eventually(() =>
      pipeline.get('/health').then(
        () => true,
        () => false,
      ),
    );
  }, 45_000);

  it('ends within 5 s of Ctrl-C and leaves no process behind', async () => {
    const pids = await pidsOf(pipeline);
    const own = await startPipeline();
    const ours = await pidsOf(own);
    expect(await own.stop()).toBeLessThan(5000);
    expect(ours.filter(runs)).toEqual([]);
    expect(pids.every(runs)).toBeTrue();
  }, 60_000);

  it('leaves no process behind if it is killed itself, and continues with its data afterwards', async () => {
    const port = await freePort();
    const start = (says: string) => startUp([SHOP, '--port', String(port), '--data-dir', elsewhere], says);
    const first = await start('✓ shop');
    const pids = childrenOf(first.pid!);
    expect(pids.length).toBe(5);
    first.kill('SIGKILL');
    await eventually(() => !pids.some(runs), 6000);
    const second = await start('✓ shop       goes on at #');
    second.kill('SIGINT');
    expect(await once(second, 'exit')).toEqual([0, null]);
  }, 120_000);
});

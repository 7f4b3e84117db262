import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ORIGIN, type Offset } from '@graphtail/facts';
import { connect, openLog, type Batch } from '@graphtail/log';
import { damageBatch, garble } from '../support/damage.ts';
import { eventually } from '../support/eventually.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const CLI = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));

describe('A log that is damaged inside', () => {
  let server: TestRedis;
  let pipeline: Pipeline;

  beforeAll(async () => {
    server = await startRedis({ appendonly: true });
    pipeline = await startPipeline({ args: ['--redis-url', server.url] });
  }, 90_000);
  afterAll(async () => {
    await pipeline.stop();
    await server.stop();
  });

  async function graphtail(...args: string[]): Promise<{ code: number | null; out: string }> {
    const child = spawn(process.execPath, [CLI, ...args, '--url', pipeline.url], { stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = setTimeout(() => child.kill('SIGKILL'), 30_000);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    clearTimeout(kill);
    return { code: child.exitCode, out: out + err };
  }

  const stats = () => pipeline.get<{ state_digest: string; total_nodes: number }>('/api/graph/stats');
  const health = async () => (await fetch(`${pipeline.url}/health`)).status;

  it('[L10c] is named by verify with its offset and batch; after a rebuild its facts are appended again, and the state is complete', async () => {
    const redis = connect(server.url);
    try {
      const log = openLog(redis, 'shop');
      await eventually(async () => (await log.readAfter(ORIGIN)).batches.some(({ payload }) => payload.includes('analysis_completed')));
      const { batches } = await log.readAfter(ORIGIN, { entries: 1_000 });
      const hit = batches.find(({ payload }: Batch) => payload.includes('"node_added"'))!;
      const before = await stats();
      await damageBatch(redis, log, hit.through, garble);
      await eventually(() => log.damage.has(hit.through)); // nobody reads it: it is found all the same

      const verified = await graphtail('verify');
      expect(verified.code).toBe(1);
      expect(verified.out).toContain(hit.through);
      expect(verified.out).toContain(hit.batchId);

      await pipeline.post('/api/graph/admin/rebuild?graph=shop', {});
      await eventually(async () => (await log.damage.list()).every(({ mendedAt }) => mendedAt !== undefined), 30_000);
      const [mended] = await log.damage.list();
      expect(mended).toEqual(jasmine.objectContaining({ through: hit.through, batchId: hit.batchId }));
      await pipeline.get(`/api/graph/stats?min_offset=${mended!.mendedAt as Offset}`);
      expect(await stats()).toEqual(jasmine.objectContaining({ state_digest: before.state_digest, total_nodes: before.total_nodes }));
      await eventually(async () => (await health()) === 200);

      const notifier = (await pipeline.pidOf('notifier'))!;
      process.kill(notifier, 'SIGKILL'); // the next one has nothing in memory
      await eventually(async () => (await pipeline.pidOf('notifier')) !== notifier && (await health()) === 200, 20_000);
      const tail = await graphtail('tail', '--from', 'earliest', '--to', (await log.state()).head);
      expect(tail.code).toBe(1);
      expect(tail.out).toContain(`LOG_DAMAGED: the batch ${hit.batchId} that ends at ${hit.through}`);
      expect(tail.out).toContain(`--from ${hit.through}`);
    } finally {
      redis.disconnect();
    }
  }, 90_000);
});

import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisThreads } from '@graphtail/analysis';
import { ORIGIN, emptyState, evolve, type GraphState } from '@graphtail/facts';
import { Jobs, decodeFacts, openLog } from '@graphtail/log';
import { createLogger, createRegistry } from '@graphtail/runtime';
import { eventually } from '../../../../tests/support/eventually.ts';
import { useLog } from '../../../../tests/support/use-log.ts';
import { WorkTree } from '../incremental/specs/work-tree.ts';
import { GraphSession } from './graph-session.ts';
import { createMetrics } from '../metrics.ts';

const context = useLog();
let root: string;
let threads: AnalysisThreads;
let session: GraphSession;
let registry: ReturnType<typeof createRegistry>;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graphtail-session-'));
  await writeFile(join(root, 'a.ts'), 'export function a() {}\n');
  threads = new AnalysisThreads({ workers: 1 });
  const logger = createLogger('ingest', 'silent');
  registry = createRegistry();
  const metrics = createMetrics(registry);
  session = new GraphSession({
    graph: 'g',
    root,
    redis: context.redis,
    jobs: new Jobs(context.redis),
    threads,
    metrics,
    logger,
    watch: true,
  });
  session.start();
  await eventually(async () => (await fold()).nodes.has('a.ts#a'));
});

afterEach(async () => {
  await session.close();
  await threads.close();
  await rm(root, { recursive: true });
});

async function fold(): Promise<GraphState> {
  const { batches } = await context.log.readAfter(ORIGIN, { entries: 1_000 });
  return batches.flatMap((batch) => decodeFacts(batch, batch.prev)).reduce(evolve, emptyState());
}

describe('A session', () => {
  it("says why an analysis failed, but not the root's path", async () => {
    const gone = await mkdtemp(join(tmpdir(), 'graphtail-gone-'));
    await rm(gone, { recursive: true });
    const jobs = new Jobs(context.redis);
    await jobs.request('gone', { analysis_id: 'asked', reason: 'asked', force: false, reset: false });
    const options = { graph: 'gone', root: gone, redis: context.redis, jobs, threads, watch: false };
    const lost = new GraphSession({ ...options, metrics: createMetrics(createRegistry()), logger: createLogger('ingest', 'silent') });
    lost.start();
    const reasons = async (): Promise<string[]> => {
      const { batches } = await openLog(context.redis, 'gone').readAfter(ORIGIN, { entries: 1_000 });
      const facts = batches.flatMap((batch) => decodeFacts(batch, batch.prev));
      return facts.flatMap((fact) => (fact.event_type === 'analysis_failed' ? [fact.data.reason] : []));
    };
    await eventually(async () => (await reasons()).length > 0);
    await lost.close();

    const [reason] = await reasons();
    expect(reason).toContain('it does not exist');
    expect(reason).not.toContain(gone);
  });

  it('tries again soon after an analysis during which its root could not be read, not only at its next look', async () => {
    const gone = await mkdtemp(join(tmpdir(), 'graphtail-gone-'));
    await rm(gone, { recursive: true });
    const jobs = new Jobs(context.redis);
    await jobs.request('gone', { analysis_id: 'asked', reason: 'asked', force: false, reset: false });
    const options = { graph: 'gone', root: gone, redis: context.redis, jobs, threads, watch: false, lookMs: 3_600_000 };
    const lost = new GraphSession({ ...options, metrics: createMetrics(createRegistry()), logger: createLogger('ingest', 'silent') });
    lost.start();
    const types = async (): Promise<string[]> => {
      const { batches } = await openLog(context.redis, 'gone').readAfter(ORIGIN, { entries: 1_000 });
      return batches.flatMap((batch) => decodeFacts(batch, batch.prev)).map(({ event_type }) => event_type);
    };
    await eventually(async () => (await types()).includes('analysis_failed'));
    await mkdir(gone);
    await writeFile(join(gone, 'a.ts'), 'export const a = 1;\n');
    await eventually(async () => (await types()).at(-1) === 'analysis_completed');
    expect((await types()).filter((type) => type === 'analysis_failed').length).toBe(1);
    await lost.close();
    await rm(gone, { recursive: true });
  });

  it('deletes nothing while its root is gone: a failed analysis says it once, its complaint too, and an analysis follows when it is back', async () => {
    const said = async (): Promise<string[]> => {
      const { batches } = await context.log.readAfter(ORIGIN, { entries: 1_000 });
      const facts = batches.flatMap((batch) => decodeFacts(batch, batch.prev));
      return facts.map(({ event_type, data }) => ('reason' in data ? `${event_type}: ${data.reason}` : event_type));
    };
    await eventually(async () => (await said()).at(-1)?.startsWith('analysis_completed') === true);
    const before = (await said()).length;
    const away = `${root}-away`;
    await rename(root, away);
    await eventually(() => session.complaints.length > 0);
    expect(session.complaints.map(({ code, message }) => [code, message])).toEqual([
      ['root_unreadable', `${root} can't be analysed: it does not exist`],
    ]);
    const failures = async () => (await registry.getSingleMetric('graphtail_ingest_failures_total')?.get())?.values[0]?.value ?? 0;
    await eventually(async () => (await failures()) >= 3); // it has looked again and again
    await rename(away, root);
    await eventually(async () => (await said()).at(-1)?.startsWith('analysis_completed') === true && session.complaints.length === 0);

    const since = (await said()).slice(before).filter((each) => each !== 'analysis_progress');
    expect(since).toEqual([
      "analysis_failed: the folder can't be analysed: it does not exist",
      'analysis_started: the folder can be read again',
      'analysis_completed: the folder can be read again',
    ]);
    await writeFile(join(root, 'b.ts'), 'export function b() {}\n');
    await eventually(async () => (await fold()).nodes.has('b.ts#b'));
  });

  it('says which commit is checked out: with each analysis, and after a commit by an analysis that changes nothing', async () => {
    const tree = new WorkTree(root);
    const said = async (): Promise<unknown[]> => {
      const { batches } = await context.log.readAfter(ORIGIN, { entries: 1_000 });
      const facts = batches.flatMap((batch) => decodeFacts(batch, batch.prev));
      return facts.flatMap((fact) => (fact.event_type === 'analysis_completed' ? [{ ...fact.data.git, changes: fact.data.changes }] : []));
    };
    await eventually(async () => (await said()).length === 1);
    expect(await said()).toEqual([{ changes: jasmine.any(Number) }]);
    await tree.git('init', '-q', '-b', 'main');
    await tree.commitAll('first');
    await eventually(async () => {
      await session.checkLog();
      return (await said()).length === 2;
    });
    expect((await said())[1]).toEqual({ commit: await tree.git('rev-parse', 'HEAD'), branch: 'main', dirty: false, changes: 0 });

    await writeFile(join(root, 'a.ts'), 'export function a() { return 1; }\n');
    await new Jobs(context.redis).request('g', { analysis_id: 'asked', reason: 'asked', force: false, reset: false });
    session.jobArrived();
    await eventually(async () => (await said()).length === 3);
    expect((await said())[2]).toEqual(jasmine.objectContaining({ commit: await tree.git('rev-parse', 'HEAD'), dirty: true }));
  });

  it('complains while an append is refused, with the reason, and not when it is acknowledged', async () => {
    await context.redis.config('SET', 'maxmemory', '1');
    try {
      await writeFile(join(root, 'b.ts'), 'export function b() {}\n');
      await eventually(() => session.complaints.length > 0);
      expect(session.complaints).toEqual([
        { code: 'appends_stalled', graph: 'g', since: jasmine.any(Number), message: jasmine.stringContaining('OOM') },
      ]);
    } finally {
      await context.redis.config('SET', 'maxmemory', '0');
    }
    await eventually(async () => (await fold()).nodes.has('b.ts#b'));
    expect(session.complaints).toEqual([]);
  });

  it('appends again what a failover lost, if it compares the root before it has noticed the new epoch', async () => {
    const { meta, log, epochs } = context.log.keys;
    const older = await Promise.all([meta, log, epochs].map(async (key) => [key, await context.redis.dumpBuffer(key)] as const));
    await writeFile(join(root, 'b.ts'), 'export function b() {}\n');
    await eventually(async () => (await fold()).nodes.has('b.ts#b'));

    for (const [key, copy] of older) await context.redis.restore(key, 0, copy, 'REPLACE');
    await context.redis.hset(meta, 'run_id', '0'.repeat(40)); // the copy is another server's
    expect((await fold()).nodes.has('b.ts#b')).toBeFalse();
    await appendFile(join(root, '.gitignore'), 'dist/\n');

    await eventually(async () => (await fold()).nodes.has('b.ts#b'));
  });

  it('appends everything again, after a graph_reset, if the stream was deleted and no snapshot has its content', async () => {
    await context.redis.del(context.log.keys.log);
    await context.log.state();
    await session.checkLog();
    const said = async (): Promise<string[]> => {
      const { batches } = await context.log.readAfter((await context.log.state()).floor, { entries: 1_000 });
      return batches.flatMap((batch) => decodeFacts(batch, batch.prev)).map((fact) => `${fact.event_type} ${fact.entity_id}`);
    };
    await eventually(async () => (await said()).some((fact) => fact.startsWith('analysis_completed')));
    expect(await said()).toEqual(jasmine.arrayContaining(['graph_reset g', 'node_added a.ts', 'node_added a.ts#a']));
  });
});

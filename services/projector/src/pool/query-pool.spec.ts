import { offset, type NewFact, type Offset } from '@graphtail/facts';
import { GraphRegistry, connect, openLog, type FactLog } from '@graphtail/log';
import { eventually } from '../../../../tests/support/eventually.ts';
import { producerFor } from '../../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../../tests/support/redis.ts';
import { deleted, nodeNamed } from '../../testing/facts.ts';
import { startProjector, type Json, type RunningProjector } from '../../testing/running-projector.ts';
import { syntheticFacts } from '../../testing/synthetic-graph.ts';
import type { Job } from './protocol.ts';
import { MAX_WAITING, type PoolLimits } from './query-pool.ts';

const NODES = 3_000;
const FACTS = syntheticFacts(NODES);

describe('The pool for expensive queries', () => {
  let server: TestRedis;
  let redis: ReturnType<typeof connect>;
  let log: FactLog;
  let epoch: number;
  let projector: RunningProjector;

  const append = async (facts: readonly NewFact[]): Promise<Offset> => {
    const producer = await producerFor(log);
    const batches = Array.from({ length: Math.ceil(facts.length / 200) }, (_, i) => facts.slice(i * 200, (i + 1) * 200));
    await producer.append(batches, () => undefined);
    return producer.position!.head;
  };
  const start = async (limits: Partial<PoolLimits> = {}): Promise<void> => {
    projector = await startProjector(server.url, { limits });
    await eventually(() => projector.graphs.ready() === true);
  };
  const at = (seq: number): string => `at=${offset(epoch, seq)}`;
  const refused = async (reason: string): Promise<number> => {
    const { values } = await projector.metrics.getSingleMetric('graphtail_projector_queries_refused_total')!.get();
    return values.find(({ labels }) => labels['reason'] === reason)?.value ?? 0;
  };

  beforeAll(async () => {
    server = await startRedis();
    redis = connect(server.url);
    await new GraphRegistry(redis).add('g', '/tmp');
    log = openLog(redis, 'g');
    await append(FACTS);
    ({ epoch } = await log.state());
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  afterEach(() => projector.close());

  it('answers as the main thread does at the same offset', async () => {
    await start();
    const fold = projector.graphs.get('g')!.fold;
    const head = fold.head;
    const hub = encodeURIComponent((await projector.get('/api/graph/categories/hubs?limit=1')).body.nodes[0].id as string);
    const paths = [
      'stats',
      'nodes/search?name=getUser',
      'nodes/search?name=getUser&path=packages/p1/**',
      `nodes/${hub}`,
      'seams',
      'categories/hubs',
      'categories/leaves?limit=20',
      'entry-points',
      `query/callers?symbol=${hub}`,
      'query/references?symbol=getUserById&limit=1000',
      'files?limit=7',
      `call-chain/${hub}?max_depth=2`,
    ];
    const said: Json[] = [];
    for (const path of paths) said.push((await projector.get(`/api/graph/${path}`)).body);
    await append([deleted(nodeNamed('nothing.ts'))]); // from now on that offset is in the past: the pool answers
    await eventually(() => fold.head !== head && fold.projection?.cursor === fold.head);
    for (const [index, path] of paths.entries()) {
      const { status, offset: asOf, body } = await projector.get(`/api/graph/${path}${path.includes('?') ? '&' : '?'}at=${head}`);
      expect([path, status, asOf]).toEqual([path, 200, head]);
      expect({ ...body, execution_time_ms: 0, anomalies: 0 })
        .withContext(path)
        .toEqual({ ...said[index], execution_time_ms: 0, anomalies: 0 });
    }
    expect(projector.pool.isRunning).toBeTrue();
  }, 30_000);

  it("takes over the queries that exceed the main thread's budget, and no others", async () => {
    await start();
    const body = { start_node: FACTS[1]!.entity_id, direction: 'both' };
    expect((await projector.post('/api/graph/traverse', { ...body, max_depth: 0 })).body.total).toBe(1);
    expect((await projector.get('/api/graph/stats')).status).toBe(200);
    expect(projector.pool.isRunning).toBeFalse();
    const { status, body: far } = await projector.post('/api/graph/traverse', { ...body, max_depth: 50, query_type: 'dfs', limit: 5000 });
    expect([status, far.total > 2_000, far.nodes.length, projector.pool.isRunning]).toEqual([200, true, far.total, true]);
  });

  it('answers queries about many past states at once, each from its own state', async () => {
    await start();
    const seqs = Array.from({ length: 24 }, (_, i) => 100 + ((i * 5_087) % (FACTS.length - 200)));
    const answers = await Promise.all(seqs.map((seq) => projector.get(`/api/graph/stats?${at(seq)}`)));
    expect(answers.map(({ status, body }) => [status, body.total_nodes + body.total_relationships])).toEqual(
      seqs.map((seq) => [200, new Set(FACTS.slice(0, seq).map((fact) => fact.entity_id)).size]),
    );
  }, 30_000);

  it('writes a whole graph as fast as the client reads it, and answers others meanwhile', async () => {
    await start();
    const response = await fetch(`${projector.url}/api/graph/export`, { headers: { accept: 'application/x-ndjson' } });
    expect((await projector.get(`/api/graph/stats?${at(50)}`)).body.total_nodes).toBe(50);
    const lines = (await response.text()).trim().split('\n');
    expect(lines.length).toBe(1 + new Set(FACTS.map((fact) => fact.entity_id)).size);
  });

  it('refuses a query that does not fit into the queue, and says when to retry', async () => {
    await start();
    const tries = 2 * MAX_WAITING;
    const answers = await Promise.all(Array.from({ length: tries }, (_, i) => fetch(`${projector.url}/api/graph/stats?${at(1 + i)}`)));
    const turnedAway = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200).length + turnedAway.length).toBe(tries);
    expect(turnedAway.length).toBeGreaterThan(0);
    for (const answer of turnedAway) {
      expect([((await answer.json()) as Json).code, answer.headers.get('retry-after')]).toEqual(['UNAVAILABLE', '1']);
    }
    expect(await refused('busy')).toBe(turnedAway.length);
  }, 30_000);

  it('drops a query when its client leaves, whether it waits, is computed or is written', async () => {
    await start();
    const left = new AbortController();
    const job = (seq: number): Job => {
      const at = offset(epoch, seq);
      return {
        graph: 'g',
        root: '/',
        route: 'get /api/graph/stats',
        at,
        head: at,
        query: {},
        body: {},
        id: '',
        accepts: 'json',
        arrivedAt: 0,
      };
    };
    const asked = Array.from({ length: 40 }, (_, i) => projector.pool.ask(job(3_000 + i * 100), left.signal));
    expect(projector.pool.waiting).toBe(39);
    left.abort();
    expect(projector.pool.waiting).toBe(0);
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(asked.map(() => 'rejected'));
    const reader = new AbortController();
    await fetch(`${projector.url}/api/graph/export`, { signal: reader.signal });
    reader.abort();
    await eventually(() => projector.pool.streaming === 0);
    expect((await projector.get(`/api/graph/stats?${at(10)}`)).body.total_nodes).toBe(10);
  });

  it('refuses at the deadline and says what to narrow; what was folded by then helps the next attempt', async () => {
    await start({ deadlineMs: 60, graceMs: 30_000 }); // a busy machine takes longer than the usual grace time to start the thread
    const { status, body } = await projector.get(`/api/graph/diff?from=${offset(epoch, 1)}&to=${offset(epoch, FACTS.length - 1)}`);
    expect([status, body.code, body.field]).toEqual([503, 'TOO_EXPENSIVE', 'from']);
    expect(await refused('deadline')).toBeGreaterThan(0);
    await eventually(async () => (await projector.get(`/api/graph/stats?${at(200)}`)).status === 200);
  }, 30_000);

  it('ends a thread that does not stop a dropped query, and answers the next query in a new thread', async () => {
    await start({ deadlineMs: 1, graceMs: 0 });
    const first = await projector.get(`/api/graph/stats?${at(FACTS.length - 5)}`);
    expect([first.status, first.body.code]).toEqual([503, 'TOO_EXPENSIVE']);
    await eventually(() => !projector.pool.isRunning);
    const second = await projector.get(`/api/graph/stats?${at(FACTS.length - 6)}`);
    expect([second.status, second.body.code]).toEqual([503, 'TOO_EXPENSIVE']);
  });

  it('has no thread before it is needed, nor after a time without work', async () => {
    await start({ idleMs: 50 });
    expect(projector.pool.isRunning).toBeFalse();
    expect((await projector.get(`/api/graph/stats?${at(5)}`)).status).toBe(200);
    await eventually(() => !projector.pool.isRunning);
    expect((await projector.get(`/api/graph/stats?${at(6)}`)).body.total_nodes).toBe(6);
  });
});

import { seqOf, type Offset } from '@graphtail/facts';
import { GraphRegistry, Snapshots, connect, openLog, type FactLog, type Retention } from '@graphtail/log';
import { eventually } from '../../../../tests/support/eventually.ts';
import { producerFor } from '../../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../../tests/support/redis.ts';
import { added, nodeNamed } from '../../testing/facts.ts';
import { startProjector, type RunningProjector } from '../../testing/running-projector.ts';

describe('A log that retention bounds', () => {
  let server: TestRedis;
  let redis: ReturnType<typeof connect>;
  let log: FactLog;
  let projector: RunningProjector;
  let made = 0;

  beforeEach(async () => {
    made = 0;
    server = await startRedis({ appendonly: true });
    redis = connect(server.url);
    await new GraphRegistry(redis).add('g', '/');
    log = openLog(redis, 'g');
  });
  afterEach(async () => {
    await projector.close();
    redis.disconnect();
    await server.stop();
  });

  async function append(facts: number): Promise<Offset> {
    const producer = await producerFor(log);
    const groups = Array.from({ length: facts }, () => [added(nodeNamed(`src/file-${String(made++)}.ts`))]);
    await producer.append(groups, () => undefined);
    return producer.position!.head;
  }

  async function start(retention: Retention): Promise<void> {
    projector = await startProjector(server.url, { retention });
    await eventually(() => projector.graphs.ready() === true && projector.graphs.get('g')?.fold.caughtUpOnce === true);
  }

  it('[L9d] is back within twice its bound 30 s after it was exceeded, even by a burst long after the last snapshots', async () => {
    await start({});
    for (let i = 0; i < 2; i++) {
      await append(10);
      await eventually(() => projector.graphs.get('g')?.fold.nodes === made);
      await projector.close(); // saves a snapshot
      await start({ facts: 500 });
    }
    expect((await new Snapshots(redis, log).list()).map(seqOf)).toEqual([20, 10]);

    const head = await append(5_000); // and nothing after it
    const facts = async (): Promise<number> => (await log.bounds()).facts;
    await eventually(async () => (await facts()) <= 1_000, 30_000);
    expect(await facts()).toBeGreaterThanOrEqual(500);

    const { floor } = await log.bounds();
    const atFloor = await projector.get(`/api/graph/stats?at=${floor}`);
    expect([atFloor.status, atFloor.body.total_nodes]).toEqual([200, seqOf(floor)]); // time travel reaches all that is kept
    const { state_digest: digest } = (await projector.get('/api/graph/stats')).body;
    await projector.close();
    await start({ facts: 500 });
    const anew = (await projector.get(`/api/graph/stats?min_offset=${head}`)).body;
    expect([anew.total_nodes, anew.state_digest]).toEqual([5_020, digest]);
  }, 50_000);

  it('has a headroom in its metrics, and none if nothing bounds it', async () => {
    await start({ ageMs: 60_000 });
    await append(10);
    expect(await projector.text('/metrics', 'text/plain')).toContain('graphtail_log_headroom_seconds{graph="g"} 60\n');
    await projector.close();
    await start({ facts: 1_000 });
    await redis.flushall();
    await new GraphRegistry(redis).add('g', '/');
    await eventually(async () =>
      (await projector.text('/metrics', 'text/plain')).includes('graphtail_log_headroom_seconds{graph="g"} +Inf\n'),
    );
    await projector.close();
    await start({});
    expect(await projector.text('/metrics', 'text/plain')).not.toContain('graphtail_log_headroom_seconds{');
  });
});

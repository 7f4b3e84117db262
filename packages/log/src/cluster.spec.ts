import { ORIGIN, epochOf, seqOf, type Offset } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import {
  Producer,
  GraphRegistry,
  Snapshots,
  Workers,
  Consumers,
  Jobs,
  connect,
  findUnfitness,
  follow,
  openLog,
  type FactLog,
} from './index.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { factsNamed } from '../../../tests/support/log.ts';
import { LogWriter, namesIn } from '../../../tests/support/log-writer.ts';
import { moveSlot, startCluster, type TestCluster } from '../../../tests/support/redis-cluster.ts';

describe('A log in a Redis Cluster', () => {
  let cluster: TestCluster;
  let clients: Redis[];
  let redis: Redis;
  let log: FactLog;

  const open = (options: Parameters<typeof connect>[1] = {}): Redis => {
    const client = connect(cluster.url, options);
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    cluster = await startCluster();
    clients = [];
    redis = open();
    log = openLog(redis, 'g');
  }, 60_000);
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await cluster.close();
  });

  it('is on one shard for every operation, and graphs are on several shards', async () => {
    expect(await findUnfitness(redis)).toEqual([]);
    const graphs = ['g', 'a', 'b', 'c', 'd', 'e', 'f'];
    const owners = new Set<number>();
    for (const graph of graphs) {
      const each = openLog(redis, graph);
      const writer = new LogWriter(each);
      await eventually(() => writer.acknowledged.size > 5);
      await writer.stop();
      const { head, digest } = await each.state();
      expect(
        await new Snapshots(redis, each).save(head, digest, {
          nodes: new Map(),
          relationships: new Map(),
          digest: { hi: 0, lo: 0 },
          anomalies: 0,
        }),
      ).toBeTrue();
      expect(await new Snapshots(redis, each).list()).toEqual([head]);
      const consumers = new Consumers(redis, each);
      await consumers.take('me', 's');
      expect(await consumers.ack('me', 's', head)).toEqual({ kind: 'acknowledged', cursor: head });
      await each.trim(head, 0);
      expect(Math.abs((await each.now()) - Date.now())).toBeLessThan(60_000);
      await new GraphRegistry(redis).add(graph, `/${graph}`);
      await new Jobs(redis).request(graph, { analysis_id: 'a', reason: 'r', force: false, reset: false });
      owners.add((await cluster.ownerOf(each.keys.log)).port);
    }
    expect(await new Workers(redis).appear()).toBe(1);
    expect((await new GraphRegistry(redis).list()).length).toBe(graphs.length);
    expect(owners.size).toBeGreaterThan(1);
  }, 60_000);

  it('goes on while its slot moves to another shard: a new epoch, no gap, no repeat, nothing lost', async () => {
    const stop = new AbortController();
    const seen: Offset[] = [];
    const tail = (async () => {
      for await (const followed of follow(openLog(open(), 'g'), ORIGIN, { signal: stop.signal, blocking: open({ blocking: true }) }))
        if (followed.kind === 'batch') seen.push(followed.batch.through);
    })();
    const writer = new LogWriter(log);
    await eventually(() => seen.length > 20);
    const before = await log.state();
    const from = await cluster.ownerOf(log.keys.log);
    const to = cluster.nodes.slice(0, 3).find((node) => node !== from)!;
    await moveSlot(from, to, log.keys.log, cluster.nodes);
    const moved = writer.acknowledged.size;
    await eventually(() => writer.acknowledged.size > moved + 20, 20_000);
    await writer.stop();
    const { head, epoch } = await log.state();
    await eventually(() => seen.at(-1) === head, 20_000);
    stop.abort();
    await tail;
    expect(await cluster.ownerOf(log.keys.log)).toBe(to);
    expect(epoch).toBeGreaterThan(before.epoch);
    expect(seen.map(seqOf)).toEqual(Array.from(seen, (_, i) => i + 1));
    const names = await namesIn(log);
    expect(new Set(names).size).toBe(names.length);
    for (const name of writer.acknowledged.keys()) expect(names).toContain(name);
  }, 90_000);

  it('goes on after its master was killed: a new epoch, nothing twice, and lost at most what the replica had not received', async () => {
    const writer = new LogWriter(log);
    await eventually(() => writer.acknowledged.size > 50);
    const before = await log.state();
    const master = await cluster.ownerOf(log.keys.log);
    await master.kill();
    const acknowledged = writer.acknowledged.size;
    await eventually(() => writer.acknowledged.size > acknowledged + 20, 30_000);
    await writer.stop();
    const { epoch } = await log.state();
    expect(await cluster.ownerOf(log.keys.log)).not.toBe(master);
    expect(epoch).toBeGreaterThan(before.epoch);
    const names = await namesIn(log);
    expect(new Set(names).size).toBe(names.length);
    const { epochs } = await log.bounds();
    const opened = epochs.at(-1)!;
    for (const [name, at] of writer.acknowledged) {
      // Lost, and then past the end of its epoch: whoever saw it is told.
      if (!names.includes(name)) expect(seqOf(at)).withContext(name).toBeGreaterThan(seqOf(opened.prev));
    }
    expect((await log.judge(before.head)).ok || seqOf(before.head) > seqOf(opened.prev)).toBeTrue();
    expect(epochOf((await log.state()).head)).toBe(epoch);
  }, 90_000);

  it('loses nothing with its master that replicas had confirmed', async () => {
    const writer = new LogWriter(log);
    await eventually(() => writer.acknowledged.size > 20);
    await writer.stop();
    const producer = new Producer(log, () => undefined, 1);
    const { epoch, head, headBatchId } = await log.state();
    producer.moveTo({ epoch, head, batchId: headBatchId });
    const kept: Offset[] = [];
    for (let i = 0; i < 30; i++) await producer.append([factsNamed(`kept${String(i)}`)], ({ through }) => kept.push(through));
    await (await cluster.ownerOf(log.keys.log)).kill();
    await eventually(
      () =>
        log.state().then(
          (state) => state.epoch > epoch,
          () => false,
        ),
      30_000,
    );
    const names = await namesIn(log);
    for (let i = 0; i < 30; i++) expect(names).toContain(`kept${String(i)}`);
    expect((await log.judge(kept.at(-1)!)).ok).toBeTrue();
  }, 90_000);
});

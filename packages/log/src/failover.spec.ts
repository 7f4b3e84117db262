import { readFile, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { ORIGIN, emptyState, offset, seqOf, type NewFact, type Offset } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { appendNamed, factsNamed, producerFor } from '../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { sliceAfter } from './batch.ts';
import { openLog, type FactLog } from './fact-log.ts';
import { logKeys } from './keys.ts';
import { connect } from './redis.ts';
import { Snapshots } from './snapshots.ts';

type Server = { server: TestRedis; redis: Redis; log: FactLog };

async function serve(...args: string[]): Promise<Server> {
  const server = await startRedis({ args: ['--repl-diskless-sync-delay', '0', ...args] });
  const redis = connect(server.url);
  return { server, redis, log: openLog(redis, 'g') };
}

async function stop({ server, redis }: Server): Promise<void> {
  redis.disconnect();
  await server.stop();
}

async function replicate(replica: Server, master: Server): Promise<void> {
  await replica.redis.replicaof('127.0.0.1', master.server.port);
  await eventually(async () => (await replica.redis.info('replication')).includes('master_link_status:up'));
}

async function promote({ redis }: Server): Promise<void> {
  await redis.replicaof('NO', 'ONE');
}

/** Until the replica has every write of the master. */
async function inStep(replica: Server, master: Server): Promise<void> {
  const [expected] = (await master.redis.xrevrange(logKeys('g').log, '+', '-', 'COUNT', 1)).map(([id]) => id);
  await eventually(async () => (await replica.redis.xrevrange(logKeys('g').log, '+', '-', 'COUNT', 1))[0]?.[0] === expected);
}

/** From here on the replica misses what the master writes, as if the link between them were dead. */
async function cutLink(replica: Server): Promise<void> {
  await replica.redis.replicaof('127.0.0.1', 1);
}

describe('After a failover', () => {
  let a: Server;
  let b: Server;
  beforeEach(async () => {
    [a, b] = await Promise.all([serve(), serve()]);
    await replicate(b, a);
    await appendNamed(a.log, 'one', 'two', 'three', 'four');
    await inStep(b, a);
  });
  afterEach(async () => {
    await Promise.all([stop(a), stop(b)]);
  });

  it('[C3] a cursor past the end of the promoted replica is refused with LOG_TRUNCATED and the place where the timelines part', async () => {
    const shared = (await a.log.state()).head;
    await cutLink(b);
    await appendNamed(a.log, 'lost', 'lost too');
    const lost = (await a.log.state()).head;
    await promote(b);
    const verdict = await b.log.judge(lost);
    expect(verdict).toEqual(jasmine.objectContaining({ ok: false }));
    expect(!verdict.ok && verdict.refusal).toEqual(
      jasmine.objectContaining({ code: 'LOG_TRUNCATED', divergedAt: shared, resumeAt: shared, retryable: false }),
    );
    await appendNamed(b.log, 'x', 'y', 'z'); // the new timeline is longer than the lost one by now
    expect((await b.log.judge(lost)).ok).toBeFalse();
    expect((await b.log.judge(shared)).ok).toBeTrue();
    expect((await b.log.readAfter(shared)).batches.map((batch) => [batch.prev, seqOf(batch.through)])).toEqual([[shared, 7]]);
  });

  it('a snapshot of facts that only the lost master had is refused, also after as many new facts', async () => {
    await cutLink(b);
    await appendNamed(a.log, 'lost');
    const { head, digest } = await a.log.state();
    await promote(b);
    const snapshots = new Snapshots(b.redis, b.log);
    expect(await snapshots.save(head, digest, emptyState())).toBeFalse();
    await appendNamed(b.log, 'other');
    expect(await snapshots.save(head, digest, emptyState())).toBeFalse();
    expect([await snapshots.list(), await b.redis.keys('*:snapshot:*')]).toEqual([[], []]);
    const { head: kept, digest: keptDigest } = await b.log.state();
    expect(await snapshots.save(kept, keptDigest, emptyState())).toBeTrue();
  });

  it('[L6b] a retry of an append that only the lost master had conflicts', async () => {
    const producer = await producerFor(a.log);
    await cutLink(b);
    await producer.append([factsNamed('lost')], () => undefined);
    await promote(b);
    const elsewhere = await producerFor(b.log);
    await elsewhere.append([factsNamed('other')], () => undefined);
    const { epoch, head, batchId } = producer.position!;
    const reply = await b.log.append({
      expectedHead: offset(epoch, seqOf(head) - 1),
      expectedBatchId: 'whatever wrote the shared head',
      batchId,
      through: head,
      count: 1,
      sum: { hi: 0, lo: 0 },
      payload: '{}',
    });
    expect(reply.kind).toBe('conflict');
  });

  it('the old master refuses everything once it is a replica, also reads', async () => {
    await promote(b);
    await replicate(a, b);
    const attempts: readonly ((log: FactLog) => Promise<unknown>)[] = [
      (log) => log.state(),
      (log) => log.judge(ORIGIN),
      (log) => log.readAfter(ORIGIN),
      (log) => appendNamed(log, 'x'),
    ];
    for (const attempt of attempts) {
      const redis = connect(a.server.url); // one that is refused looks for the master again, so each attempt has its own
      await expectAsync(attempt(openLog(redis, 'g'))).toBeRejectedWithError(/NOTMASTER/);
      redis.disconnect();
    }
  });

  it('[L3] the old master, promoted back before anything was appended, opens an epoch of its own', async () => {
    const first = await a.log.state();
    await promote(b);
    const second = await b.log.state();
    await replicate(a, b);
    await promote(a);
    const third = await a.log.state();
    expect(new Set([first.epoch, second.epoch, third.epoch]).size).toBe(3);
    expect(third.epoch).toBeGreaterThan(second.epoch);
    expect((await a.log.judge(first.head)).ok).toBeTrue();
    await appendNamed(a.log, 'five');
    expect(seqOf((await a.log.state()).head)).toBe(5);
  });

  it('[L3] the old master, promoted back with the copy that missed its last writes, opens an epoch although nobody asked in between', async () => {
    const shared = (await a.log.state()).head;
    await cutLink(b);
    await appendNamed(a.log, 'lost');
    const lost = (await a.log.state()).head;
    await promote(b);
    await replicate(a, b);
    await promote(a);
    await appendNamed(a.log, 'instead of it');
    const verdict = await a.log.judge(lost);
    expect(!verdict.ok && verdict.refusal).toEqual(jasmine.objectContaining({ code: 'LOG_TRUNCATED', divergedAt: shared }));
  });

  it('[L3a][L3b] two promotions within a second open two epochs, and each lost timeline is told where it ended', async () => {
    const shared = (await a.log.state()).head;
    await cutLink(b);
    await appendNamed(a.log, 'lost with a');
    const lostWithA = (await a.log.state()).head;
    await promote(b);
    await appendNamed(b.log, 'kept');
    const kept = (await b.log.state()).head;
    await replicate(a, b);
    await cutLink(a);
    await appendNamed(b.log, 'lost with b');
    const lostWithB = (await b.log.state()).head;
    await promote(a);
    const epochs = (await a.log.bounds()).epochs.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...new Set(epochs)].sort((x, y) => x - y));
    const divergence = async (cursor: Offset): Promise<Offset | undefined> => {
      const verdict = await a.log.judge(cursor);
      return verdict.ok ? undefined : verdict.refusal.divergedAt;
    };
    expect(await divergence(lostWithA)).toBe(shared);
    expect(await divergence(lostWithB)).toBe(kept);
    expect(await divergence(kept)).toBeUndefined();
  });

  it('a first replica that attaches opens an epoch that harms nobody', async () => {
    const c = await serve();
    try {
      const { head } = await a.log.state();
      await replicate(c, a);
      expect((await a.log.judge(head)).ok).toBeTrue();
      await appendNamed(a.log, 'five');
      expect((await a.log.readAfter(head)).batches.length).toBe(1);
    } finally {
      await stop(c);
    }
  });
});

describe('A full Redis', () => {
  it('refuses appends but reads, judges and trims, and accepts appends when there is room again', async () => {
    const full = await serve('--maxmemory-policy', 'noeviction');
    try {
      const { log, redis } = full;
      await appendNamed(log, 'a', 'b');
      const { head } = await log.state();
      await appendNamed(log, 'c');
      await redis.zadd(log.keys.snapshots, seqOf(head), head, seqOf(head) + 1, (await log.state()).head);
      await redis.config('SET', 'maxmemory', '1');
      await expectAsync(
        log.append({
          expectedHead: head,
          expectedBatchId: '',
          batchId: 'x',
          through: head,
          count: 1,
          sum: { hi: 0, lo: 0 },
          payload: '{}',
        }),
      ).toBeRejectedWithError(/OOM/);
      expect((await log.judge(head)).ok).toBeTrue();
      expect((await log.readAfter(ORIGIN)).batches.length).toBe(2);
      expect((await log.trim(head, 0)).floor).toBe(head);
      await redis.config('SET', 'maxmemory', '0');
      await appendNamed(log, 'd');
      expect((await log.readAfter(head)).batches.length).toBe(2);
    } finally {
      await stop(full);
    }
  });
});

describe('An append-only file that was cut in the middle of an append', () => {
  /** Ends the file within the second command of its last transaction that appends: between the batch and the metadata. */
  async function cutInLastAppend(dir: string): Promise<void> {
    const folder = join(dir, 'appendonlydir');
    const file = join(
      folder,
      (await readdir(folder)).find((name) => name.endsWith('.incr.aof'))!,
    );
    const bytes = await readFile(file);
    await truncate(file, bytes.indexOf('HSET', bytes.lastIndexOf('XADD')) + 10);
  }

  it('[L2][L3b] does not bring the lost batch back beside the one that replaced it: the log stays one chain', async () => {
    const server = await startRedis({ appendonly: true });
    const redis = connect(server.url);
    const log = openLog(redis, 'g');
    const back = (): Promise<void> => eventually(() => redis.ping().then(Boolean, () => false));
    try {
      await appendNamed(log, 'one');
      await appendNamed(log, 'lost');
      await server.kill();
      await cutInLastAppend(server.dir);
      await server.restart();
      await back();
      await appendNamed(log, 'instead', 'and more');
      await server.kill();
      await server.restart();
      await back();
      await appendNamed(log, 'last');
      const { batches } = await log.readAfter(ORIGIN);
      expect(
        batches.flatMap((batch) => sliceAfter(batch, batch.prev).facts.map((fact) => (JSON.parse(fact) as NewFact).entity_id)),
      ).toEqual(['one', 'instead', 'and more', 'last'].map((name) => `m.ts#${name}`));
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });

  for (const [which, beside] of [
    ['above the one that was opened instead', 1],
    ['below it', -1],
  ] as const) {
    it(`[L2][L3a] does not bring an epoch back, ${which}, that ends what was appended since`, async () => {
      const server = await startRedis();
      const redis = connect(server.url);
      const log = openLog(redis, 'g');
      try {
        await appendNamed(log, 'one');
        await redis.hset(log.keys.meta, 'run_id', '0'); // as after a restart
        const { epoch, head } = await log.state();
        await appendNamed(log, 'two');
        const late = String(epoch + beside);
        await redis.zadd(log.keys.epochs, late, `${late} 0-0 0 restarted`);
        await redis.hset(log.keys.meta, 'run_id', '0');
        await appendNamed(log, 'three');
        expect((await log.readAfter(ORIGIN)).batches.map(({ through }) => seqOf(through))).toEqual([1, 2, 3]);
        expect((await log.judge(head)).ok).toBeTrue();
        expect((await log.bounds()).epochs.map((listed) => listed.epoch)).not.toContain(Number(late));
      } finally {
        redis.disconnect();
        await server.stop();
      }
    });
  }
});

import { readFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { ORIGIN } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { eventually } from '../../../tests/support/eventually.ts';
import { appendNamed, factsNamed } from '../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { decodeFacts } from './batch.ts';
import { findDurability } from './durability.ts';
import { NotReplicated } from './errors.ts';
import { openLog, type FactLog } from './fact-log.ts';
import { Producer } from './producer.ts';
import { connect } from './redis.ts';

type Server = { server: TestRedis; redis: Redis; log: FactLog };
const running: Server[] = [];

async function serve(...args: string[]): Promise<Server> {
  const server = await startRedis({ appendonly: true, args: ['--repl-diskless-sync-delay', '0', ...args] });
  const redis = connect(server.url);
  const one = { server, redis, log: openLog(redis, 'g') };
  running.push(one);
  return one;
}

async function serveReplica(master: Server): Promise<Server> {
  const replica = await serve('--replicaof', '127.0.0.1', String(master.server.port));
  await eventually(async () => (await master.redis.info('replication')).includes('state=online'));
  return replica;
}

afterEach(async () => {
  for (const { server, redis } of running.splice(0)) {
    redis.disconnect();
    await server.kill(); // one that ends in good order waits for its replicas
  }
});

async function namesIn(log: FactLog): Promise<string[]> {
  const { batches } = await log.readAfter(ORIGIN, { entries: 1_000 });
  return batches.flatMap((batch) => decodeFacts(batch, batch.prev)).map((fact) => fact.entity_id.replace('m.ts#', ''));
}

async function replicatedProducer(log: FactLog, onRetry?: (error: Error) => void): Promise<Producer> {
  const producer = new Producer(log, onRetry, 1);
  const { epoch, head, headBatchId } = await log.state();
  producer.moveTo({ epoch, head, batchId: headBatchId });
  return producer;
}

describe('[L8] With replicas:1', () => {
  it('an append is not acknowledged while the replica is stopped, and is there once when it is back', async () => {
    const master = await serve();
    const replica = await serveReplica(master);
    const errors: Error[] = [];
    const producer = await replicatedProducer(master.log, (error) => errors.push(error));
    let acknowledged = 0;
    const append = (...names: string[]): Promise<void> => producer.append([factsNamed(...names)], () => (acknowledged += 1));
    await append('a');
    expect([acknowledged, errors]).toEqual([1, []]);

    process.kill(replica.server.pid, 'SIGSTOP');
    const appending = append('b', 'c');
    await eventually(() => errors.length >= 2);
    expect(errors.every((error) => error instanceof NotReplicated)).toBeTrue();
    expect(errors[0]?.message).toBe('0 of 1 replicas have the append');
    expect(acknowledged).toBe(1);
    expect(await namesIn(master.log)).toEqual(['a', 'b', 'c']); // it can be delivered, and lost, before it is acknowledged

    process.kill(replica.server.pid, 'SIGCONT');
    await appending;
    expect(acknowledged).toBe(2);
    expect(await namesIn(master.log)).toEqual(['a', 'b', 'c']);
  });

  it('acknowledged facts survive the loss of the master', async () => {
    const master = await serve();
    const replica = await serveReplica(master);
    const producer = await replicatedProducer(master.log);
    await producer.append(
      Array.from({ length: 1_000 }, (_, i) => factsNamed(`n${String(i)}`)),
      () => undefined,
    );
    await master.server.kill();
    await replica.redis.replicaof('NO', 'ONE');
    expect((await replica.log.judge(producer.position!.head)).ok).toBeTrue();
    expect((await namesIn(replica.log)).length).toBe(1_000);
  });

  it('an append waits on the connection that wrote, also where the functions have to be loaded first', async () => {
    const master = await serve();
    const replica = await serveReplica(master);
    const errors: Error[] = [];
    const producer = await replicatedProducer(master.log, (error) => {
      errors.push(error);
      process.kill(replica.server.pid, 'SIGCONT');
    });
    await master.redis.call('FUNCTION', 'FLUSH');
    process.kill(replica.server.pid, 'SIGSTOP');
    await producer.append([factsNamed('a')], () => undefined);
    expect(errors.length).toBe(1);
    expect(await namesIn(master.log)).toEqual(['a']);
  });
});

describe('[L8a] With everysec', () => {
  it('a cursor whose facts a power failure took is refused with LOG_TRUNCATED, and the log goes on from where it then ends', async () => {
    const { server, log } = await serve('--appendfsync', 'everysec', '--auto-aof-rewrite-percentage', '0');
    const file = (): string => {
      const folder = join(server.dir, 'appendonlydir');
      return join(
        folder,
        readdirSync(folder).find((name) => name.endsWith('.incr.aof'))!,
      );
    };
    const written = (text: string): Promise<void> => eventually(() => readFileSync(file(), 'utf8').includes(text));
    await appendNamed(log, 'kept');
    const kept = (await log.state()).head;
    await written(kept);
    const { size } = statSync(file());
    await appendNamed(log, 'lost', 'lost too');
    const lost = (await log.state()).head;
    await written(lost);

    await server.kill();
    truncateSync(file(), size + 40); // in the middle of the append: what the disk had
    await server.restart();
    const verdict = await log.judge(lost);
    expect(!verdict.ok && verdict.refusal).toEqual(jasmine.objectContaining({ code: 'LOG_TRUNCATED', divergedAt: kept, resumeAt: kept }));
    expect((await log.judge(kept)).ok).toBeTrue();
    await appendNamed(log, 'lost', 'lost too');
    expect((await log.readAfter(kept)).batches.map((batch) => batch.prev)).toEqual([kept]);
    expect(await namesIn(log)).toEqual(['kept', 'lost', 'lost too']);
  });
});

describe('What Redis keeps of acknowledged facts', () => {
  it('is compared with the declaration; keeping more is fine', async () => {
    const { redis } = await serve();
    const set = (name: string, value: string): Promise<unknown> => redis.config('SET', name, value);
    expect(await findDurability(redis, 'always')).toEqual({ kept: true, found: 'appendfsync always' });
    expect(await findDurability(redis, 'everysec')).toEqual({ kept: true, found: 'appendfsync always' });
    expect(await findDurability(redis, 'replicas:1')).toEqual({ kept: false, found: '0 replicas are online' });
    await set('appendfsync', 'everysec');
    expect(await findDurability(redis, 'always')).toEqual({ kept: false, found: 'appendfsync everysec' });
    expect(await findDurability(redis, 'everysec')).toEqual({ kept: true, found: 'appendfsync everysec' });
    await set('no-appendfsync-on-rewrite', 'yes');
    expect(await findDurability(redis, 'everysec')).toEqual({ kept: false, found: 'no-appendfsync-on-rewrite yes' });
    await set('appendonly', 'no');
    expect(await findDurability(redis, 'everysec')).toEqual({ kept: false, found: 'appendonly no' });
  });

  it('is unknown if Redis does not show its settings, except that it has no file at all', async () => {
    const { redis, server } = await serve();
    await redis.acl('SETUSER', 'guest', 'on', '>word', '~*', '+@all', '-config');
    const guest = connect(`redis://guest:word@127.0.0.1:${String(server.port)}`);
    expect(await findDurability(guest, 'always')).toEqual({ kept: undefined, found: 'it does not tell its settings' });
    await redis.config('SET', 'appendonly', 'no');
    expect(await findDurability(guest, 'always')).toEqual({ kept: false, found: 'appendonly no' });
    guest.disconnect();
  });

  it('depends on the replicas that are online', async () => {
    const master = await serve();
    await serveReplica(master);
    expect(await findDurability(master.redis, 'replicas:1')).toEqual({ kept: true, found: '1 replica is online' });
    expect(await findDurability(master.redis, 'replicas:2')).toEqual({ kept: false, found: '1 replica is online' });
  });
});

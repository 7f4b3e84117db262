import { ORIGIN } from '@graphtail/facts';
import { Producer, connect, openLog, sliceAfter } from '@graphtail/log';
import { factsNamed } from '../tests/support/log.ts';
import { startRedis } from '../tests/support/redis.ts';
import { alternately, measurement, type Measurement } from './measurement.ts';

const FACTS = 50_000;
const GROUP = 50;
const ROUNDS = 5;

/** What compare-and-append, offsets and digests cost relative to a bare stream, and what judged pages cost relative to bare ones. */
export async function measureLog(): Promise<Measurement[]> {
  const server = await startRedis();
  const redis = connect(server.url);
  const groups = Array.from({ length: FACTS / GROUP }, (_, g) =>
    factsNamed(...Array.from({ length: GROUP }, (_, i) => `n${String(g)}-${String(i)}`)),
  );
  const payloads = groups.map((group) => group.map((fact) => JSON.stringify(fact)).join(',\n'));
  const perSecond = (ms: number): number => FACTS / (ms / 1000);

  const append = async (): Promise<number> => {
    await redis.flushall();
    const log = openLog(redis, 'g');
    const producer = new Producer(log);
    const { epoch, head, headBatchId } = await log.state();
    producer.moveTo({ epoch, head, batchId: headBatchId });
    const started = performance.now();
    await producer.append(groups, () => undefined);
    return perSecond(performance.now() - started);
  };
  const bareAppend = async (): Promise<number> => {
    await redis.del('bare');
    const started = performance.now();
    for (let at = 0; at < payloads.length; at += 4) {
      await Promise.all(payloads.slice(at, at + 4).map((payload) => redis.xadd('bare', '*', 'payload', payload)));
    }
    return perSecond(performance.now() - started);
  };
  const read = async (): Promise<number> => {
    const log = openLog(redis, 'g');
    const started = performance.now();
    let cursor = ORIGIN;
    let count = 0;
    for (;;) {
      const page = await log.readAfter(cursor);
      for (const batch of page.batches) {
        count += sliceAfter(batch, cursor).facts.length;
        cursor = batch.through;
      }
      if (page.caughtUp) break;
    }
    if (count !== FACTS) throw new Error(`read ${String(count)} of ${String(FACTS)} facts`);
    return perSecond(performance.now() - started);
  };
  const bareRead = async (): Promise<number> => {
    const started = performance.now();
    let after = '-';
    for (;;) {
      const entries = await redis.xrange('bare', after, '+', 'COUNT', 50);
      for (const [, fields] of entries) fields[1]!.split(',\n');
      if (entries.length === 0) return perSecond(performance.now() - started);
      after = `(${entries.at(-1)![0]}`;
    }
  };

  const [appended, bareAppended] = await alternately(ROUNDS, append, bareAppend);
  const [wasRead, bareWasRead] = await alternately(ROUNDS, read, bareRead);
  redis.disconnect();
  await server.stop();
  return [
    measurement('log append', appended, 'facts/s', 'XADD of ready payloads', bareAppended),
    measurement('log read', wasRead, 'facts/s', 'XRANGE of bare entries', bareWasRead),
  ];
}

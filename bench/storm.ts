import { fork } from 'node:child_process';
import { Producer, GraphRegistry, connect, openLog } from '@graphtail/log';
import { factsNamed } from '../tests/support/log.ts';
import { startRedis } from '../tests/support/redis.ts';
import type { Order, Report } from './fanout-clients.ts';
import { measurement, type Measurement } from './measurement.ts';
import { residentBytes, serve } from './process-memory.ts';

const NOTIFIER = new URL('../services/notifier/src/main.ts', import.meta.url);
const CLIENTS = 2_000;
const GROUPS = 200;
const GROUP = 100;
const MARK = 'the-last-fact-of-the-bench';

/**
 * 2,000 subscribers reconnect at once, all from the start of a log of 20,000 facts: the time until the last has caught up, and the
 * notifier's peak memory.
 */
export async function measureStorm(): Promise<Measurement[]> {
  const server = await startRedis();
  const redis = connect(server.url);
  const notifier = await serve(NOTIFIER, { GRAPHTAIL_REDIS_URL: server.url, GRAPHTAIL_PORT: '0', GRAPHTAIL_LOG_LEVEL: 'error' });
  await new GraphRegistry(redis).add('storm', '/storm');
  const log = openLog(redis, 'storm');
  const producer = new Producer(log);
  const { epoch, head, headBatchId } = await log.state();
  producer.moveTo({ epoch, head, batchId: headBatchId });
  const groups = Array.from({ length: GROUPS }, (_, g) =>
    factsNamed(...Array.from({ length: GROUP }, (_, i) => `n${String(g)}-${String(i)}`)),
  );
  await producer.append([...groups, factsNamed(MARK)], () => undefined);

  const before = residentBytes(notifier).now;
  const one = await catchUp(notifier.port, 1);
  const all = await catchUp(notifier.port, CLIENTS);
  const { peak } = residentBytes(notifier);
  await notifier.stop();
  redis.disconnect();
  await server.stop();
  return [
    measurement('storm: 2,000 caught up after', all, 'ms', 'one subscriber alone, ms', one),
    measurement('storm: peak memory', peak, 'bytes', 'notifier without subscribers', before),
  ];
}

/** Milliseconds until each of so many has seen the last fact. @throws where one was sent away. */
async function catchUp(port: number, clients: number): Promise<number> {
  const child = fork(new URL('fanout-clients.ts', import.meta.url), { execPath: process.execPath });
  const done = new Promise<void>((resolve, reject) => {
    child.on('message', (report: Report) => report === 'done' && resolve());
    child.once('exit', () => reject(new Error('a subscriber was sent away')));
  });
  const started = performance.now();
  child.send({ port, path: '/ws/events?graph=storm&from=earliest&batch=true', clients, mark: MARK } satisfies Order);
  await done;
  const ms = performance.now() - started;
  child.disconnect();
  return ms;
}

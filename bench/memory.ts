import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Producer, GraphRegistry, connect, openLog } from '@graphtail/log';
import { factsNamed } from '../tests/support/log.ts';
import { startRedis } from '../tests/support/redis.ts';
import { measurement, type Measurement } from './measurement.ts';
import { residentBytes, serve, settledBytes, type Served } from './process-memory.ts';
import { TRANSPORTS, openRaw } from './raw-clients.ts';

const NOTIFIER = new URL('../services/notifier/src/main.ts', import.meta.url);
const BASELINE = new URL('memory-baseline.ts', import.meta.url);
const IDLE = 1_000;
const STALLED = 200;
const STALLED_BYTES = 40 * 1024 * 1024;

/**
 * How much a notifier's memory grows for each subscriber that is idle, or that reads nothing while the log grows by 40 MiB, relative to a
 * bare `ws` server.
 */
export async function measureMemory(): Promise<Measurement[]> {
  const redis = await startRedis();
  const [bareIdle, bareStalled] = await bareSockets();
  const figures: Measurement[] = [];
  for (const transport of TRANSPORTS) {
    const notifier = await serve(NOTIFIER, { GRAPHTAIL_REDIS_URL: redis.url, GRAPHTAIL_PORT: '0', GRAPHTAIL_LOG_LEVEL: 'error' });
    const log = await newLog(redis.url, `m-${transport}`);
    await log.append(1024 * 1024);
    await close(await openRaw(notifier.port, transport, log.graph, IDLE / 10)); // what the first ones bring is not each one's
    const empty = await settledBytes(notifier);
    const idle = await openRaw(notifier.port, transport, log.graph, IDLE);
    for (const socket of idle) socket.resume();
    const withIdle = await settledBytes(notifier);
    await expectConnected(notifier, IDLE);
    await close(idle);
    await log.append(STALLED_BYTES); // a window that is full, and what reading it needs, whoever is there
    const before = await settledBytes(notifier);
    const stalled = await openRaw(notifier.port, transport, log.graph, STALLED);
    await log.append(STALLED_BYTES);
    const withStalled = await settledBytes(notifier);
    await expectConnected(notifier, STALLED);
    await close(stalled);
    const beforeReplay = await settledBytes(notifier);
    // Each at a place of its own, so that they share nothing.
    const replaying = await openRaw(notifier.port, transport, log.graph, STALLED, (index) => `last:${String(index * 500 + 60_000)}`);
    const withReplaying = await settledBytes(notifier);
    await expectConnected(notifier, STALLED);
    await close(replaying);
    const [sameMark, stalledBytes] = ['stalled on bare ws, same mark', (withStalled - before) / STALLED];
    figures.push(
      measurement(`memory of an idle ${transport}`, (withIdle - empty) / IDLE, 'bytes', 'idle on bare ws', bareIdle),
      measurement(`memory of a stalled ${transport}`, stalledBytes, 'bytes', sameMark, bareStalled),
      measurement(`… in a replay of its own`, (withReplaying - beforeReplay) / STALLED, 'bytes', sameMark, bareStalled),
    );
    log.close();
    await notifier.stop();
  }
  await redis.stop();
  return figures;
}

async function bareSockets(): Promise<[number, number]> {
  const bare = await serve(BASELINE);
  const idle = await growth(bare, IDLE, () => Promise.resolve());
  const stalled = await growth(bare, STALLED, async () => {
    for (let i = 0; i < 20; i++) {
      bare.child.send('send');
      await wait(100);
    }
  });
  await bare.stop();
  return [idle, stalled];
}

async function growth(served: Served, count: number, then: () => Promise<void>): Promise<number> {
  const before = await settledBytes(served);
  const sockets = await openRaw(served.port, 'websocket', 'none', count);
  await then();
  await settledBytes(served);
  const after = residentBytes(served).now;
  await close(sockets);
  return (after - before) / count;
}

/** @throws where some were sent away: then the figure is none. */
async function expectConnected({ port }: Served, count: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/ws/status`);
  const { active_connections } = (await response.json()) as { active_connections: number };
  if (active_connections !== count) throw new Error(`${String(active_connections)} subscribers are there, not ${String(count)}`);
}

async function close(sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await wait(500);
}

async function newLog(redisUrl: string, graph: string) {
  const redis = connect(redisUrl);
  await new GraphRegistry(redis).add(graph, `/${graph}`);
  const log = openLog(redis, graph);
  const producer = new Producer(log);
  const { epoch, head, headBatchId } = await log.state();
  producer.moveTo({ epoch, head, batchId: headBatchId });
  const facts = factsNamed(...Array.from({ length: 100 }, (_, i) => `n${String(i)}`));
  const groupBytes = JSON.stringify(facts).length + 100 * 60;
  return {
    graph,
    async append(bytes: number): Promise<void> {
      await producer.append(
        Array.from({ length: Math.ceil(bytes / groupBytes) }, () => facts),
        () => undefined,
      );
    },
    close: () => redis.disconnect(),
  };
}

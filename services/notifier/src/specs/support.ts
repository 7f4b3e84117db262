import { randomUUID } from 'node:crypto';
import type { NewFact, Offset } from '@graphtail/facts';
import { Producer, GraphRegistry, connect, openLog, type FactLog } from '@graphtail/log';
import type { Redis } from 'ioredis';
import { startRedis, type RedisOptions, type TestRedis } from '../../../../tests/support/redis.ts';
import type { Clock } from '../subscription/clock.ts';
import { notifierContext } from '../../testing/notifier-context.ts';
import { startNotifier } from '../notifier.ts';

export type Stage = {
  readonly server: TestRedis;
  readonly redis: Redis;
  /** The notifier's address, `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly metrics: () => Promise<string>;
  /** Registers a new graph and returns it. */
  graph(): Promise<Graph>;
  closeNotifier(): Promise<void>;
  close(): Promise<void>;
};

export type Graph = {
  readonly name: string;
  readonly log: FactLog;
  /** Appends the facts as one batch (more if there are too many facts) and returns the head. */
  append(...facts: NewFact[]): Promise<Offset>;
};

/**
 * Starts a Redis and a notifier for one spec.
 * @param secret the secret that tokens must be signed with
 * @param clock the clock of the notifier's subscriptions
 */
export async function startStage(options: RedisOptions = {}, secret?: string, limitSubscriptions = 1_000, clock?: Clock): Promise<Stage> {
  const server = await startRedis(options);
  const redis = connect(server.url);
  const context = notifierContext(server.url, { jwtSecret: secret, limitSubscriptions });
  const notifier = await startNotifier(context, clock);
  let closed: Promise<void> | undefined;
  const closeNotifier = (): Promise<void> => (closed ??= notifier.close());
  return {
    server,
    redis,
    url: `http://127.0.0.1:${String(notifier.port)}`,
    metrics: () => context.registry.metrics(),
    graph: () => newGraph(redis),
    closeNotifier,
    async close() {
      await closeNotifier();
      redis.disconnect();
      await server.stop();
    },
  };
}

async function newGraph(redis: Redis): Promise<Graph> {
  const name = `g-${randomUUID().slice(0, 8)}`;
  await new GraphRegistry(redis).add(name, `/${name}`);
  const log = openLog(redis, name);
  return {
    name,
    log,
    async append(...facts) {
      const producer = new Producer(log);
      const { epoch, head, headBatchId } = await log.state();
      producer.moveTo({ epoch, head, batchId: headBatchId });
      await producer.append([facts], () => undefined);
      return producer.position!.head;
    },
  };
}

let made = 0;

/** A fact about a node in a file. */
export function nodeAdded(filePath = 'src/a.ts', docstring?: string): NewFact {
  const name = `f${String(made++)}`;
  const id = `${filePath}#${name}`;
  const place = { file_path: filePath, start_line: 1, end_line: 2, complexity: 1, line_count: 2 };
  return {
    event_type: 'node_added',
    entity_type: 'node',
    entity_id: id,
    entity_hash: '0123456789abcdef',
    data: { id, name, node_type: 'function', language: 'typescript', ...place, ...(docstring === undefined ? {} : { docstring }) },
  };
}

export function analysisFailed(): NewFact {
  const id = `a${String(made++)}`;
  return { event_type: 'analysis_failed', entity_type: 'analysis', entity_id: id, data: { analysis_id: id, reason: 'a spec' } };
}

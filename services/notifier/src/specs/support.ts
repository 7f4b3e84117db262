import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Frame, NewFact, Offset } from '@graphtail/facts';
import { Producer, Registry, connect, openLog, type FactLog } from '@graphtail/log';
import { createLogger, createRegistry } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { WebSocket } from 'ws';
import { startRedis, type RedisOptions, type TestRedis } from '../../../../tests/support/redis.ts';
import { startNotifier } from '../notifier.ts';

/** What was received, in order; `cdc_event`s too. */
export type Received = Frame | ({ type: 'cdc_event'; prev: Offset; offset: Offset; event_type: string } & Record<string, unknown>);

export type Stage = {
  readonly server: TestRedis;
  readonly redis: Redis;
  /** Address of the notifier, `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly metrics: () => Promise<string>;
  /** A new graph, registered. */
  graph(): Promise<Graph>;
  closeNotifier(): Promise<void>;
  close(): Promise<void>;
};

export type Graph = {
  readonly name: string;
  readonly log: FactLog;
  /** Appends the facts as one batch (more where they are too many); gives the head. */
  append(...facts: NewFact[]): Promise<Offset>;
};

/** A Redis and a notifier of the spec's own. */
export async function startStage(options: RedisOptions = {}): Promise<Stage> {
  const server = await startRedis(options);
  const redis = connect(server.url);
  const metrics = createRegistry();
  const logger = createLogger('notifier', process.env['SPEC_LOG'] ?? 'silent');
  const notifier = await startNotifier({
    config: { redisUrl: server.url, host: '127.0.0.1', port: 0, logLevel: 'silent' },
    logger,
    registry: metrics,
  });
  let closed: Promise<void> | undefined;
  const closeNotifier = (): Promise<void> => (closed ??= notifier.close());
  return {
    server,
    redis,
    url: `http://127.0.0.1:${String(notifier.port)}`,
    metrics: () => metrics.metrics(),
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
  await new Registry(redis).add(name, `/${name}`);
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

/** A subscriber over WebSocket that keeps what it is told. */
export class Listener {
  readonly received: Received[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(url: string, parameters: Record<string, string>, path = '/ws/events') {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}${path}?${new URLSearchParams(parameters).toString()}`);
    this.socket.on('message', (data) => this.#take(() => this.received.push(JSON.parse((data as Buffer).toString()) as Received)));
    this.socket.on('close', (code, reason) => this.#take(() => (this.closed = { code, reason: reason.toString() })));
    this.socket.on('error', () => undefined);
  }

  #take(change: () => unknown): void {
    change();
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  /** Resolves once what was received satisfies a condition. */
  async until(isSo: (received: readonly Received[]) => boolean): Promise<void> {
    while (!isSo(this.received)) {
      if (this.closed !== undefined)
        throw new Error(`closed with ${JSON.stringify(this.closed)} after ${JSON.stringify(this.received.at(-1))}`);
      await this.#changed.promise;
    }
  }

  /** The first frame of a type, once it is there. */
  async first<Type extends Received['type']>(type: Type): Promise<Extract<Received, { type: Type }>> {
    await this.until((received) => received.some((frame) => frame.type === type));
    return this.received.find((frame) => frame.type === type) as Extract<Received, { type: Type }>;
  }

  /** Resolves once it has consumed through an offset. */
  async reach(offset: Offset): Promise<void> {
    await this.until(() => this.cursor === offset);
  }

  async whenClosed(): Promise<{ code: number; reason: string }> {
    while (this.closed === undefined) await this.#changed.promise;
    return this.closed;
  }

  /** By the rule of rules: the last `through`. */
  get cursor(): Offset | undefined {
    return cursorOf(this.received);
  }

  /** Offsets of the facts received, in order. */
  get offsets(): Offset[] {
    return offsetsOf(this.received);
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async close(): Promise<void> {
    if (this.closed !== undefined) return;
    this.socket.close();
    await once(this.socket, 'close');
  }
}

/** Follows the chain of `prev`s. @throws where it is broken. */
export function cursorOf(received: readonly Received[]): Offset | undefined {
  let cursor: Offset | undefined;
  for (const frame of received) {
    if (frame.type === 'subscribed') cursor = frame.cursor;
    if (frame.type !== 'facts' && frame.type !== 'progress' && frame.type !== 'cdc_event') continue;
    if (frame.prev !== cursor) throw new Error(`${JSON.stringify(frame).slice(0, 200)} does not continue ${String(cursor)}`);
    cursor = frame.type === 'cdc_event' ? frame.offset : frame.through;
  }
  return cursor;
}

export function offsetsOf(received: readonly Received[]): Offset[] {
  return received.flatMap((frame) => {
    if (frame.type === 'facts') return frame.facts.map((fact) => fact.offset);
    return frame.type === 'cdc_event' ? [frame.offset] : [];
  });
}

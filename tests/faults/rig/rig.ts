import type { ConnectOptions } from '@graphtail/client';
import { Redis } from 'ioredis';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { startPipeline, type Pipeline } from '../../support/pipeline.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Mirror } from './mirror.ts';
import { Random } from './random.ts';
import { SourceFolder } from './source-folder.ts';
import { Witness, type WitnessOptions } from './witness.ts';
import { Writer } from './writer.ts';

/** The graph that is made up, with a producer of its own; and the one that ingest keeps in step with a folder. */
export const CHURN = 'churn';
export const SHOP = 'shop';

export const SERVICES = ['ingest', 'projector', 'notifier', 'gateway'] as const;
export type Service = (typeof SERVICES)[number];

/** Facts kept of each graph: a soak's log is bounded, and trimming takes part in everything. */
const RETAINED_FACTS = 20_000;

export type RigOptions = { readonly seed: number };

/**
 * The whole product, as `npm start` runs it, on a Redis behind a fault proxy, with another proxy in front of its address; a writer
 * and a changing folder at one end, subscribers of every kind at the other.
 */
export class Rig {
  readonly random: Random;
  /** Between all services (and the writer) and Redis. */
  readonly network: FaultProxy;
  /** Between subscribers and the product's address. */
  readonly edge: FaultProxy;
  readonly pipeline: Pipeline;
  readonly writer: Writer;
  readonly folder: SourceFolder;
  witnesses: Witness[];
  mirrors: Mirror[];
  /** Milliseconds from each kill to the moment that the killed one did its work again. */
  readonly recoveries = new Map<string, number[]>();
  /** What all comparisons so far looked at. */
  readonly checked = { deliveries: 0, appended: 0, comparisons: 0 };
  /** Codes of all refusals that witnesses were told. */
  readonly told: string[] = [];
  readonly #url: string;
  readonly #guests: (Witness | Mirror)[] = [];
  #master: TestRedis;
  #direct: Redis;
  #edits = new AbortController();
  #editing = Promise.resolve();

  private constructor(random: Random, writer: Writer, master: TestRedis, network: FaultProxy, edge: FaultProxy, pipeline: Pipeline) {
    this.random = random;
    this.network = network;
    this.edge = edge;
    this.pipeline = pipeline;
    this.#master = master;
    this.#direct = direct(master);
    this.writer = writer;
    this.folder = new SourceFolder(pipeline.root, this.random);
    const url = `http://127.0.0.1:${String(edge.port)}`;
    this.#url = url;
    const all = { url, graph: CHURN };
    this.witnesses = [
      new Witness({ name: 'websocket', transport: 'websocket', ...all }),
      new Witness({ name: 'websocket, a message a fact', transport: 'websocket', batch: false, ...all }),
      new Witness({ name: 'websocket, deletions only', transport: 'websocket', types: ['relationship_deleted', 'node_deleted'], ...all }),
      new Witness({ name: 'websocket, a kind that never comes', transport: 'websocket', types: ['graph_reset'], ...all }),
      new Witness({ name: 'websocket, a durable cursor', transport: 'websocket', consumer: 'soak', ...all }),
      new Witness({ name: 'socket.io', transport: 'socketio', ...all }),
      new Witness({ name: 'sse', transport: 'sse', ...all }),
      new Witness({ name: 'websocket, the folder', transport: 'websocket', url, graph: SHOP }),
    ];
    this.mirrors = [
      new Mirror('sdk', { ...all }),
      new Mirror('sdk over sse', { ...all, transport: 'sse' }),
      new Mirror('sdk, the folder', { url, graph: SHOP }),
    ];
  }

  /** Resolves when all is up and the first subscribers are live. */
  static async start(options: RigOptions): Promise<Rig> {
    const master = await startRedis({ appendonly: true });
    const network = await FaultProxy.listen({ port: master.port, redis: true });
    const args = ['--redis-url', `redis://127.0.0.1:${String(network.port)}`, '--retain-facts', String(RETAINED_FACTS)];
    const pipeline = await startPipeline({ graph: SHOP, args });
    const edge = await FaultProxy.listen({ port: Number(new URL(pipeline.url).port) });
    const random = new Random(options.seed);
    const writer = new Writer(`redis://127.0.0.1:${String(network.port)}`, CHURN, random);
    await writer.register(); // before anybody asks for the graph
    const rig = new Rig(random, writer, master, network, edge, pipeline);
    rig.work();
    return rig;
  }

  /** The Redis that is the truth now. */
  get master(): TestRedis {
    return this.#master;
  }

  /** A client of its own on the master, past the proxy. */
  get direct(): Redis {
    return this.#direct;
  }

  /** From now on another server is the master; whoever connects gets there. */
  follow(master: TestRedis): void {
    this.#direct.disconnect();
    this.#master = master;
    this.#direct = direct(master);
    this.network.retarget(master.port);
  }

  /** Another subscriber of the writer's graph, from its earliest fact, until the next comparison is over. */
  join(options: Omit<WitnessOptions, 'url' | 'graph'>): void {
    const guest = new Witness({ url: this.#url, graph: CHURN, ...options });
    this.witnesses.push(guest);
    this.#guests.push(guest);
  }

  /** The same by the SDK. */
  joinMirror(name: string, options: Partial<ConnectOptions>): void {
    const guest = new Mirror(name, { url: this.#url, graph: CHURN, ...options });
    this.mirrors.push(guest);
    this.#guests.push(guest);
  }

  async dismissGuests(): Promise<void> {
    const guests = new Set<object>(this.#guests);
    const keep = <Subscriber extends object>(all: Subscriber[]): Subscriber[] => all.filter((each) => !guests.has(each));
    [this.witnesses, this.mirrors] = [keep(this.witnesses), keep(this.mirrors)];
    await Promise.all(this.#guests.splice(0).map((guest) => guest.close()));
  }

  /** Writer and folder change all the time, until `rest`. */
  work(): void {
    this.writer.start();
    this.#edits = new AbortController();
    this.#editing = this.#edit(this.#edits.signal);
  }

  async #edit(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.folder.edit();
      await wait(this.random.between(100, 400), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Ends the changes; resolves when the writer's log says what its source says. */
  async rest(withinMs: number): Promise<void> {
    this.#edits.abort();
    await Promise.all([this.#editing, this.writer.settle(withinMs)]);
  }

  /** Resolves when `facts` more have been appended by the writer. */
  async appends(facts: number, withinMs = 20_000): Promise<void> {
    const due = this.writer.appended + facts;
    await eventually(() => this.writer.appended >= due, withinMs);
  }

  /** Resolves when a fact that was appended from now on has come to every unfiltered subscriber of the writer's graph. */
  async delivers(withinMs = 20_000): Promise<void> {
    const before = this.mirrors[0]!.deliveries;
    await eventually(() => this.mirrors[0]!.deliveries > before, withinMs);
  }

  async pidOf(service: Service): Promise<number> {
    let pid: number | undefined;
    await eventually(async () => (pid = await this.pipeline.pidOf(service)) !== undefined);
    return pid!;
  }

  /** SIGKILL; resolves when its supervisor has started another. */
  async kill(service: Service): Promise<void> {
    const pid = await this.pidOf(service);
    process.kill(pid, 'SIGKILL');
    await eventually(async () => {
      const now = await this.pipeline.pidOf(service);
      return now !== undefined && now !== pid;
    }, 30_000);
  }

  /** SIGSTOP for so long, then SIGCONT. */
  async freeze(pid: number, ms: number): Promise<void> {
    process.kill(pid, 'SIGSTOP');
    try {
      await wait(ms);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }

  recovered(what: string, ms: number): void {
    this.recoveries.set(what, [...(this.recoveries.get(what) ?? []), ms]);
  }

  async close(): Promise<void> {
    this.#edits.abort();
    await this.#editing;
    await Promise.all([...this.witnesses, ...this.mirrors].map((subscriber) => subscriber.close()));
    await this.writer.close();
    await this.folder.close();
    await this.pipeline.stop();
    this.#direct.disconnect();
    await Promise.all([this.network.close(), this.edge.close()]);
    await this.#master.stop();
  }
}

function direct(server: TestRedis): Redis {
  const redis = new Redis(server.url, { protocol: 2, maxRetriesPerRequest: null });
  redis.on('error', () => undefined); // it reconnects
  return redis;
}

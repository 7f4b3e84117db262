import type { ConnectOptions } from '@graphtail/client';
import { Redis } from 'ioredis';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { startPipeline, type Pipeline } from '../../support/pipeline.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { startAnother, type AnotherService } from './another-service.ts';
import { FaultProxy } from './fault-proxy.ts';
import { LossyWebSocket } from './lossy-websocket.ts';
import { Mirror } from './mirror.ts';
import { Random } from './random.ts';
import { SourceFolder } from './source-folder.ts';
import { StepsStruck } from './steps-struck.ts';
import { Witness, type WitnessOptions } from './witness.ts';
import { Writer } from './writer.ts';
import { signal } from './signal.ts';

/** The graph that is made up, with a producer of its own; and the one that ingest keeps in step with a folder. */
export const CHURN = 'churn';
export const SHOP = 'shop';

export const SERVICES = ['ingest', 'projector', 'notifier', 'gateway'] as const;
export type Service = (typeof SERVICES)[number];

/** Facts kept of each graph: a soak's log is bounded, and trimming takes part in everything. */
const RETAINED_FACTS = 20_000;
/** Longer than the minute for which a producer's place ahead of the log is taken for an isolated old master's. */
export const APPENDS_WITHIN_MS = 80_000;
/** A proxy that gathers event streams hands them on so often. */
const GATHERED_MS = 500;

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
  /** By class of fault: milliseconds from the end of each fault until everything was equal again. */
  readonly equalAfter = new Map<string, number[]>();
  /** Milliseconds from each kill to the moment that the killed one did its work again. */
  readonly recoveries = new Map<string, number[]>();
  /** Where services were killed between two of their steps. */
  readonly steps = new StepsStruck();
  /** What all comparisons so far looked at. `snapshots`: folded on to the head; `receipts`: made by a client, and found the same by the log. */
  readonly checked = { deliveries: 0, appended: 0, comparisons: 0, snapshots: 0, receipts: 0 };
  /** Codes of all refusals that witnesses were told. */
  readonly told: string[] = [];
  readonly #url: string;
  readonly #guests: (Witness | Mirror)[] = [];
  readonly #others: AnotherService[] = [];
  readonly #gathering: FaultProxy;
  #master: TestRedis;
  #direct: Redis;
  #edits = new AbortController();
  #editing = Promise.resolve();

  private constructor(
    random: Random,
    writer: Writer,
    master: TestRedis,
    network: FaultProxy,
    edge: FaultProxy,
    gathering: FaultProxy,
    pipeline: Pipeline,
  ) {
    this.random = random;
    this.network = network;
    this.edge = edge;
    this.#gathering = gathering;
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
      new Witness({
        name: 'sse behind a proxy that gathers',
        transport: 'sse',
        graph: CHURN,
        url: `http://127.0.0.1:${String(gathering.port)}`,
      }),
      new Witness({ name: 'websocket, the folder', transport: 'websocket', url, graph: SHOP }),
    ];
    this.mirrors = [
      new Mirror('sdk', { ...all }),
      new Mirror('sdk over sse', { ...all, transport: 'sse' }),
      new Mirror('sdk, from the earliest', { ...all, from: 'earliest', onTooOld: 'earliest', onRefused: 'earliest' }),
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
    const gathering = await FaultProxy.listen({ port: edge.port });
    gathering.set({ bufferingMs: GATHERED_MS });
    const random = new Random(options.seed);
    const writer = new Writer(`redis://127.0.0.1:${String(network.port)}`, CHURN, random);
    await writer.register(); // before anybody asks for the graph
    const rig = new Rig(random, writer, master, network, edge, gathering, pipeline);
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
  join(options: Omit<WitnessOptions, 'url' | 'graph'> & { readonly url?: string }): Witness {
    const guest = new Witness({ url: this.#url, graph: CHURN, ...options });
    this.witnesses.push(guest);
    this.#guests.push(guest);
    return guest;
  }

  /** The same by the SDK. */
  joinMirror(name: string, options: Partial<ConnectOptions>): Mirror {
    return this.#joinMirror(new Mirror(name, { url: this.#url, graph: CHURN, ...options }));
  }

  /** One to which not every frame comes. */
  joinLossyMirror(name: string): Mirror {
    return this.#joinMirror(new Mirror(name, { url: this.#url, graph: CHURN, transport: 'websocket', WebSocket: LossyWebSocket }, true));
  }

  #joinMirror(guest: Mirror): Mirror {
    this.mirrors.push(guest);
    this.#guests.push(guest);
    return guest;
  }

  /** A second process of a service on the same Redis, as on another machine, until the next comparison is over. */
  async another(service: 'notifier' | 'ingest'): Promise<AnotherService> {
    const other = await startAnother(service, `redis://127.0.0.1:${String(this.network.port)}`);
    this.#others.push(other);
    return other;
  }

  async dismissGuests(): Promise<void> {
    const guests = new Set<object>(this.#guests);
    const keep = <Subscriber extends object>(all: Subscriber[]): Subscriber[] => all.filter((each) => !guests.has(each));
    [this.witnesses, this.mirrors] = [keep(this.witnesses), keep(this.mirrors)];
    await Promise.all(this.#guests.splice(0).map((guest) => guest.close()));
    await Promise.all(this.#others.splice(0).map((other) => other.stop()));
  }

  /** Writer and folder change all the time, until `rest`. */
  work(): void {
    this.writer.start();
    this.resumeEdits();
  }

  /** The folder stays as it is until `resumeEdits`. */
  async pauseEdits(): Promise<void> {
    this.#edits.abort();
    await this.#editing;
  }

  resumeEdits(): void {
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
  async appends(facts: number, withinMs = APPENDS_WITHIN_MS): Promise<void> {
    const due = this.writer.appended + facts;
    await eventually(() => this.writer.appended >= due, withinMs).catch(async (error: unknown) => {
      throw new Error(`the writer has not appended enough: ${await this.writer.whereabouts()}`, { cause: error });
    });
  }

  /** Resolves when a fact that was appended from now on has come to every unfiltered subscriber of the writer's graph. */
  async delivers(withinMs = 20_000): Promise<void> {
    const before = this.mirrors[0]!.deliveries;
    await eventually(() => this.mirrors[0]!.deliveries > before, withinMs);
  }

  /** Where the writer's log ends now. */
  async head(): Promise<string> {
    return (await this.#direct.hget(`graphtail:{${CHURN}}:meta`, 'head')) ?? '0-0';
  }

  async pidOf(service: Service): Promise<number> {
    let pid: number | undefined;
    await eventually(async () => (pid = await this.pipeline.pidOf(service)) !== undefined);
    return pid!;
  }

  /** SIGKILL, if nothing else is asked for; resolves when its supervisor has started another. */
  async kill(service: Service, how: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const pid = await this.pidOf(service);
    signal(pid, how);
    await eventually(async () => {
      const now = await this.pipeline.pidOf(service);
      return now !== undefined && now !== pid;
    }, 30_000);
  }

  /** SIGSTOP for so long, then SIGCONT; its supervisor may have lost patience in the meantime. */
  async freeze(pid: number, ms: number): Promise<void> {
    signal(pid, 'SIGSTOP');
    try {
      await wait(ms);
    } finally {
      signal(pid, 'SIGCONT');
    }
  }

  recovered(what: string, ms: number): void {
    this.recoveries.set(what, [...(this.recoveries.get(what) ?? []), ms]);
  }

  async close(): Promise<void> {
    this.#edits.abort();
    await this.#editing;
    await Promise.all([...this.witnesses, ...this.mirrors].map((subscriber) => subscriber.close()));
    await Promise.all(this.#others.map((other) => other.stop()));
    await this.writer.close();
    await this.folder.close();
    await this.pipeline.stop();
    this.#direct.disconnect();
    await Promise.all([this.#gathering.close(), this.network.close(), this.edge.close()]);
    await this.#master.stop();
  }
}

function direct(server: TestRedis): Redis {
  const redis = new Redis(server.url, { protocol: 2, maxRetriesPerRequest: null });
  redis.on('error', () => undefined); // it reconnects
  return redis;
}

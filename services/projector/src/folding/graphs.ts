import {
  Consumers,
  openLog,
  GraphRegistry,
  Scrub,
  SharedCall,
  Snapshots,
  type FactLog,
  type RegisteredGraph,
  type Retention,
} from '@graphtail/log';
import type { Logger } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { GraphFold } from './graph-fold.ts';
import type { ProjectorMetrics } from './metrics.ts';

/** A graph that is folded: its log, its fold at the head, and `root`, the path of the folder that it describes. */
export type ServedGraph = {
  readonly name: string;
  readonly root: string;
  readonly log: FactLog;
  readonly snapshots: Snapshots;
  readonly fold: GraphFold;
  readonly scrub: Scrub;
};

export type GraphsDependencies = {
  readonly redis: Redis;
  readonly openBlocking: () => Redis;
  readonly logger: Logger;
  readonly metrics: ProjectorMetrics;
  readonly retention: Retention;
};

const LOOK_EVERY_MS = 1_000;

/** All registered graphs, each with its fold; a graph added to the registry is folded within a second. */
export class Graphs {
  readonly #deps: GraphsDependencies;
  readonly #registry: GraphRegistry;
  readonly #served = new Map<string, ServedGraph>();
  #timer: NodeJS.Timeout | undefined;
  readonly #looking = new SharedCall(() => this.#look());
  #looked = false;
  #closing = false;

  constructor(deps: GraphsDependencies) {
    this.#deps = deps;
    this.#registry = new GraphRegistry(deps.redis);
  }

  start(): void {
    let failing = false;
    const look = (): void => {
      this.look().then(
        () => (failing = false),
        (error: unknown) => {
          if (!failing) this.#deps.logger.warn({ err: error }, 'could not read which graphs there are; trying on'); // once per outage
          failing = true;
        },
      );
    };
    look();
    this.#timer = setInterval(look, LOOK_EVERY_MS);
  }

  /** Ends all folds. Each saves its state if it can do so within `withinMs`. */
  async close(withinMs: number): Promise<void> {
    clearInterval(this.#timer);
    this.#closing = true;
    await Promise.all(this.all().map((graph) => graph.fold.close(withinMs)));
  }

  all(): ServedGraph[] {
    return [...this.#served.values()];
  }

  get(name: string): ServedGraph | undefined {
    return this.#served.get(name);
  }

  /** true if every graph has been folded up to its head once; otherwise a text that says what is missing. */
  ready(): true | string {
    if (!this.#looked) return 'the registry of graphs has not been read yet';
    const behind = this.all().filter(({ fold }) => !fold.caughtUpOnce);
    return behind.length === 0 || `folding ${behind.map(({ name, fold }) => `${name} (${String(fold.lagFacts)} facts to go)`).join(', ')}`;
  }

  /** Reads the registry now. Rejects while Redis is away. */
  look(): Promise<void> {
    return this.#looking.run();
  }

  async #look(): Promise<void> {
    const registered = await this.#registry.list();
    if (this.#closing) return;
    for (const graph of registered) if (this.#served.get(graph.name)?.root !== graph.root) await this.#serve(graph);
    const names = new Set(registered.map((graph) => graph.name));
    for (const { name } of this.all()) if (!names.has(name)) await this.#leave(name);
    this.#looked = true;
    for (const { scrub } of this.all()) await scrub.step();
  }

  async #serve(graph: RegisteredGraph): Promise<void> {
    await this.#leave(graph.name);
    this.#deps.metrics.known(graph.name);
    const { redis, openBlocking, metrics, retention } = this.#deps;
    const logger = this.#deps.logger.child({ graph: graph.name });
    const log = openLog(redis, graph.name);
    const snapshots = new Snapshots(redis, log, (asOf, reason) =>
      logger.error({ as_of: asOf, reason }, 'snapshot is corrupt: using an older one'),
    );
    const fold = new GraphFold({ log, snapshots, consumers: new Consumers(redis, log), openBlocking, logger, metrics, retention });
    this.#served.set(graph.name, { ...graph, log, snapshots, fold, scrub: new Scrub(log) });
    fold.run();
  }

  async #leave(name: string): Promise<void> {
    const served = this.#served.get(name);
    if (served === undefined) return;
    this.#served.delete(name);
    this.#deps.logger.info({ graph: name }, 'the graph is not registered any more');
    await served.fold.close(0);
    this.#deps.metrics.forgotten(name);
  }
}

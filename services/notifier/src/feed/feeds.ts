import { ALERTS_LOG, AUDIT_LOG } from '@graphtail/facts';
import { openLog, type CursorRefused, type FactLog, type GraphRegistry } from '@graphtail/log';
import { covers, onlyGraph, requireGraph, type Access, type Complaint } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { GraphFeed } from './graph-feed.ts';
import { Turnstile } from '../turnstile.ts';
import { refuse } from '../wire/refused.ts';

/** Pages of about half a MiB that are read at a time, for all subscribers together. */
const PAGES_AT_A_TIME = 32;
const LOOK_FOR_GRAPHS_MS = 1_000;

export type FeedsOptions = {
  readonly redis: Redis;
  readonly registry: GraphRegistry;
  readonly connectBlocking: (graph: string) => Redis;
  readonly onState: (graph: string, state: 'up' | 'down', error?: Error) => void;
  readonly onOpened: (graph: string) => void;
  readonly onEnded: (graph: string) => void;
  readonly onTruncated: (graph: string, refused: CursorRefused) => void;
};

/** One feed for each graph, opened when the graph appears or a caller first asks for it. */
export class Feeds {
  readonly #options: FeedsOptions;
  readonly #pages = new Turnstile(PAGES_AT_A_TIME);
  readonly #feeds = new Map<string, GraphFeed>();
  readonly #looking: NodeJS.Timeout;
  #isClosed = false;
  #hasLooked = false;

  constructor(options: FeedsOptions) {
    this.#options = options;
    this.#looking = setInterval(() => void this.#look(), LOOK_FOR_GRAPHS_MS);
    void this.#look();
  }

  /** Whether the list of graphs has been read once. Before that, a graph that is not known here may still exist. */
  get isReady(): boolean {
    return this.#hasLooked;
  }

  /** The logs that are not followed at the moment. */
  get complaints(): readonly Complaint[] {
    return Array.from(this.#feeds.values()).flatMap(({ graph, failure }) =>
      failure === undefined ? [] : [{ code: 'tail_stopped', graph, message: `new facts are not delivered: ${failure.message}` }],
    );
  }

  /** Call when Redis is reached by a new connection. */
  reconnected(): void {
    for (const feed of this.#feeds.values()) feed.reconnected();
  }

  /** The feeds of all logs that a caller may know of. */
  visibleTo(access: Access): GraphFeed[] {
    return Array.from(this.#feeds.values()).filter(({ graph }) => covers(access, graph));
  }

  /**
   * The feed of a graph, or of the only one that the caller may know of if none is named.
   * @throws {Refused} `UNKNOWN_GRAPH` if there is none of that name
   * @throws {Problem} `FORBIDDEN`, or if none is named as {@link onlyGraph}
   */
  async resolve(name: string | undefined, access: Access): Promise<GraphFeed> {
    const graph = name ?? onlyGraph(await this.#options.registry.list(), access);
    requireGraph(access, graph);
    const feed = this.#feeds.get(graph);
    if (feed !== undefined) return feed;
    const log = openLog(this.#options.redis, graph);
    if (!(await this.#isKnown(log))) {
      // If there is no graph at all, Redis has lost them or has none yet. Ingest registers its graphs again, so a retry helps.
      const isNoneThere = (await this.#options.registry.list()).length === 0 && !(await log.isRemoved());
      throw refuse('UNKNOWN_GRAPH', `there is no graph ${graph}`, isNoneThere);
    }
    return this.#feedOf(log);
  }

  async #isKnown(log: FactLog): Promise<boolean> {
    if (log.graph === ALERTS_LOG || log.graph === AUDIT_LOG) return true;
    return (await this.#options.registry.get(log.graph)) !== undefined || (await log.exists());
  }

  #feedOf(log: FactLog): GraphFeed {
    const { graph } = log;
    const existing = this.#feeds.get(graph);
    if (existing !== undefined) return existing;
    if (this.#isClosed) throw refuse('UNAVAILABLE', 'this notifier is stopping', true);
    const { connectBlocking, onState, onTruncated } = this.#options;
    const feed = new GraphFeed({
      log,
      pages: this.#pages,
      connectBlocking: () => connectBlocking(graph),
      onState: (state, error) => onState(graph, state, error),
      onTruncated: (refused) => onTruncated(graph, refused),
    });
    this.#feeds.set(graph, feed);
    this.#options.onOpened(graph);
    return feed;
  }

  /** Opens feeds of new graphs and ends those of removed ones. If Redis is away, the tails report it; the next look is soon enough here. */
  async #look(): Promise<void> {
    const graphs = await this.#options.registry.list().catch(() => undefined);
    if (graphs === undefined || this.#isClosed) return;
    this.#hasLooked = true;
    const names = new Set(graphs.map(({ name }) => name));
    for (const name of names) this.#feedOf(openLog(this.#options.redis, name));
    for (const [name, feed] of this.#feeds) if (!names.has(name)) await this.#endIfRemoved(name, feed);
  }

  /** A graph that is missing from the list but was not removed was lost by Redis. Ingest registers it again, so its feed stays. */
  async #endIfRemoved(name: string, feed: GraphFeed): Promise<void> {
    if (!(await feed.log.isRemoved().catch(() => false)) || this.#feeds.get(name) !== feed) return;
    this.#feeds.delete(name);
    await feed.end(refuse('UNKNOWN_GRAPH', `the graph ${name} was removed`));
    this.#options.onEnded(name);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#looking);
    await Promise.all(Array.from(this.#feeds.values(), (feed) => feed.close()));
  }
}

import { ORIGIN, emptyState, evolve, type GraphState } from '@graphtail/facts';
import { connect, decodeFacts, follow, openLog, type FactLog } from '@graphtail/log';

/** After this time without another batch, all facts of a save have arrived. In ms. */
const QUIET_MS = 300;

export type Burst = { readonly facts: number; /** When the last of these facts was read. */ readonly at: number };

/** Reads a log as it grows, and parses as little as possible, because it shares two cores with what is measured. */
export class LogWatch {
  /** When the first `analysis_completed` was read, by performance.now(). */
  readonly completed: Promise<number>;
  readonly #log: FactLog;
  readonly #stop = new AbortController();
  readonly #disconnect: () => void;
  #onFacts = (_count: number, _at: number): void => undefined;

  constructor(redisUrl: string, graph: string) {
    const [redis, blocking] = [connect(redisUrl), connect(redisUrl, { blocking: true })];
    const { promise, resolve } = Promise.withResolvers<number>();
    this.completed = promise;
    this.#disconnect = () => redis.disconnect();
    this.#log = openLog(redis, graph);
    void this.#read(blocking, resolve);
  }

  async #read(blocking: ReturnType<typeof connect>, onCompleted: (at: number) => void): Promise<void> {
    for await (const followed of follow(this.#log, ORIGIN, { signal: this.#stop.signal, blocking })) {
      if (followed.kind !== 'batch') continue;
      const at = performance.now();
      const { count, payload } = followed.batch;
      if (payload.includes('"event_type":"analysis_completed"')) onCompleted(at);
      this.#onFacts(count, at);
    }
  }

  /** The next facts, until no more come for a while. Call it before the change that makes them. */
  nextBurst(): Promise<Burst> {
    return new Promise((resolve) => {
      let burst: Burst = { facts: 0, at: 0 };
      let timer: NodeJS.Timeout | undefined;
      this.#onFacts = (count, at) => {
        burst = { facts: burst.facts + count, at };
        clearTimeout(timer);
        timer = setTimeout(() => {
          this.#onFacts = () => undefined;
          resolve(burst);
        }, QUIET_MS);
      };
    });
  }

  /** A large file that no other file imports, and the function or class that most files use. */
  async busiest(): Promise<{ leaf: { path: string }; hot: { path: string; name: string } }> {
    const state = await this.#fold();
    const users = new Map<string, Set<string>>();
    const named = new Set<string>();
    for (const { value } of state.relationships.values()) {
      const target = state.nodes.get(value.target_id)?.value;
      if (target === undefined || target.file_path === value.file_path) continue;
      named.add(target.file_path);
      if (target.node_type !== 'function' && target.node_type !== 'class') continue;
      const files = users.get(target.id) ?? new Set();
      users.set(target.id, files.add(value.file_path));
    }
    const [hotId] = [...users].sort(([, a], [, b]) => b.size - a.size)[0]!;
    const files = [...state.nodes.values()].map(({ value }) => value).filter(({ node_type }) => node_type === 'file');
    const leaf = files.filter(({ file_path }) => !named.has(file_path)).sort((a, b) => b.line_count - a.line_count)[0]!;
    const hot = state.nodes.get(hotId)!.value;
    return { leaf: { path: leaf.file_path }, hot: { path: hot.file_path, name: hot.name } };
  }

  async #fold(): Promise<GraphState> {
    let state = emptyState();
    for (let cursor = ORIGIN; ;) {
      const page = await this.#log.readAfter(cursor);
      for (const batch of page.batches) {
        state = decodeFacts(batch, cursor).reduce(evolve, state);
        cursor = batch.through;
      }
      if (page.caughtUp) return state;
    }
  }

  close(): void {
    this.#stop.abort();
    this.#disconnect();
  }
}

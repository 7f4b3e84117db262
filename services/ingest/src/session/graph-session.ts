import type { Complaint } from '@graphtail/runtime';
import { RootWatch } from '../root-watch.ts';
import { watchRoot, type WatchRoot } from '../watcher.ts';
import { step } from './machine.ts';
import { INITIAL, type Effect, type Event, type Session } from './model.ts';
import { Tasks, type TasksOptions } from './tasks.ts';

const LOOK_MS = 15_000;

/** What a session is doing, for `/health`. */
export type Doing = { readonly graph: string; readonly task: Session['activity']['kind']; readonly since: string };

export type SessionOptions = TasksOptions & {
  readonly watch: boolean;
  /** Reports changed files. Default: the operating system. */
  readonly watchRoot?: WatchRoot;
  /** Milliseconds between two looks for changes that no watcher reported. Default: 15 s. */
  readonly lookMs?: number;
};

/**
 * The session of one graph, on the worker that holds the graph's lease. It analyses the root and then follows its changes. The state
 * machine (`machine.ts`) decides what to do next, and this class carries it out.
 */
export class GraphSession {
  readonly #options: SessionOptions;
  readonly #tasks: Tasks;
  readonly #watch: RootWatch | undefined;
  readonly #stop = new AbortController();
  #session: Session = INITIAL;
  #since = new Date();
  #task: Promise<void> = Promise.resolve();
  #looking: NodeJS.Timeout | undefined;
  #started: Promise<void> | undefined;

  constructor(options: SessionOptions) {
    const { graph, root, metrics, lookMs = LOOK_MS } = options;
    const logger = options.logger.child({ graph });
    this.#options = options;
    this.#tasks = new Tasks({ ...options, logger });
    if (options.watch) {
      this.#watch = new RootWatch({
        ...{ graph, root, lookMs, metrics, logger },
        watchRoot: options.watchRoot ?? watchRoot,
        onChanged: (paths) => this.#onChanged(paths),
      });
    }
  }

  /** What the session can't do at the moment. While the root can't be read, it can't be watched either, which is no news. */
  get complaints(): readonly Complaint[] {
    const found = this.#tasks.complaints;
    return found.some(({ code }) => code === 'root_unreadable') ? found : [...found, ...(this.#watch?.complaints ?? [])];
  }

  /** The task under way, and since when. One that never ends tells where the session hangs. */
  get doing(): Doing {
    return { graph: this.#options.graph, task: this.#session.activity.kind, since: this.#since.toISOString() };
  }

  start(): void {
    this.#started = this.#start();
  }

  async #start(): Promise<void> {
    await this.#watch?.keep(false);
    if (this.#stop.signal.aborted) return;
    if (this.#watch !== undefined) this.#looking = setInterval(() => this.#happen({ kind: 'look_due' }), this.#options.lookMs ?? LOOK_MS);
    this.#happen({ kind: 'started' });
  }

  async close(): Promise<void> {
    this.#happen({ kind: 'close' });
    await this.#started;
    await this.#task;
    clearInterval(this.#looking);
    await this.#watch?.close();
    this.#tasks.close();
  }

  /** The caller reports that a job waits in the graph's list. */
  jobArrived(): void {
    this.#happen({ kind: 'job_arrived' });
  }

  /** Ends an analysis that is under way. The facts that it has appended so far stay. */
  cancel(): void {
    this.#happen({ kind: 'cancel' });
  }

  /** Checks whether the log has lost facts or holds damaged ones. */
  async checkLog(): Promise<void> {
    if (this.#session.activity.kind !== 'idle') return;
    const news = await this.#tasks.checkLog();
    if (news !== undefined && this.#session.activity.kind === 'idle') this.#happen(news);
  }

  #onChanged(paths: ReadonlySet<string> | undefined): void {
    const isFiles = paths !== undefined && ![...paths].some((path) => this.#tasks.concernsOthers(path));
    this.#happen(isFiles ? { kind: 'saved', paths } : { kind: 'changed' });
  }

  #happen(event: Event): void {
    const { session, effects } = step(this.#session, event);
    if (session.activity !== this.#session.activity) this.#since = new Date();
    this.#session = session;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    const { signal } = this.#stop;
    switch (effect.do) {
      case 'fetch_job':
        return this.#begin(this.#tasks.fetchJob());
      case 'judge':
        return this.#begin(this.#tasks.judge(signal));
      case 'fold':
        return this.#begin(this.#tasks.foldWhole(signal));
      case 'compare':
        return this.#begin(this.#compare(effect));
      case 'append':
        return this.#begin(this.#tasks.append(effect.paths, signal));
      case 'analyse':
        return this.#begin(this.#tasks.analyse(effect.job, effect.requested, signal));
      case 'wait':
        return this.#begin(this.#tasks.wait(effect.failures, signal));
      case 'look':
        void this.#tasks.look(this.#watch?.isWatching === true, signal).then((looked) => this.#happen(looked));
        return;
      case 'cancel':
        return this.#tasks.cancel();
      case 'stop':
        return this.#stop.abort();
    }
  }

  async #compare({ everything, renewWatch }: Extract<Effect, { do: 'compare' }>): Promise<Event> {
    await this.#watch?.keep(renewWatch);
    return this.#tasks.compare(everything, this.#stop.signal);
  }

  #begin(task: Promise<Event>): void {
    this.#task = task.then(
      (ended) => this.#happen(ended),
      (error: unknown) => {
        if (!this.#stop.signal.aborted) this.#happen(this.#tasks.explain(error as Error, this.#session.failures));
      },
    );
  }
}

import { DestroyRef, Service, computed, effect, inject, signal, untracked } from '@angular/core';
import { seqOf, type Offset } from '@graphtail/facts';
import { Session } from '../../access/session.ts';
import { asksForToken, reasonOf } from '../../api/api.ts';
import { Live } from '../../live/live.ts';
import { Selection } from '../../selection/selection.ts';
import { CodeTree } from './code-tree.ts';
import { LOAD_GRAPH } from './load-graph.ts';

/** The shortest time between the ends of two loads, in ms, and in times of what the last one took: a large graph is loaded less often. */
const REST_MS = 1_000;
const REST_TIMES = 5;

/** The whole graph at the selected offset. While the newest state is shown, it is loaded again after the log has grown. */
@Service()
export class GraphModel {
  readonly #load = inject(LOAD_GRAPH);
  readonly #live = inject(Live);
  readonly #session = inject(Session);
  readonly #selection = inject(Selection);

  readonly tree = signal<CodeTree | undefined>(undefined);
  readonly error = signal<string | undefined>(undefined);
  readonly isLoading = signal(false);
  /** How many views need it: nothing is loaded while none does. */
  readonly #users = signal(0);
  /** Facts that the shown state lacks. */
  readonly behind = computed(() => {
    const asOf = this.tree()?.columns.asOf;
    const head = this.#live.head();
    return asOf === undefined || head === undefined || this.#selection.at() !== undefined ? 0 : Math.max(0, seqOf(head) - seqOf(asOf));
  });

  #what: string | undefined;
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #mayLoadFrom = 0;

  constructor() {
    effect(() => {
      if (this.#users() === 0) return;
      const graph = this.#live.graph();
      const at = this.#selection.at();
      this.#live.reading();
      const isBehind = this.behind() > 0;
      if (graph !== undefined) untracked(() => this.#want(graph, at, isBehind));
    });
    inject(DestroyRef).onDestroy(() => this.#stop());
  }

  /** Keeps the model loaded until `destroyRef` is destroyed. */
  use(destroyRef: DestroyRef): void {
    this.#users.update((count) => count + 1);
    destroyRef.onDestroy(() => this.#users.update((count) => count - 1));
  }

  #want(graph: string, at: Offset | undefined, isBehind: boolean): void {
    const what = JSON.stringify([graph, at, this.#live.reading()]);
    if (what !== this.#what) {
      const [shown] = JSON.parse(this.#what ?? '[]') as [string?];
      this.#stop();
      this.#what = what;
      if (shown !== graph) this.tree.set(undefined);
      void this.#read(graph, at);
    } else if (isBehind && this.#abort === undefined && this.#timer === undefined) {
      const wait = Math.max(0, this.#mayLoadFrom - performance.now());
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#read(graph, at);
      }, wait);
    }
  }

  async #read(graph: string, at: Offset | undefined): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.isLoading.set(true);
    const began = performance.now();
    try {
      const columns = await this.#load({ origin: location.origin, graph, at, token: this.#session.token() }, abort.signal);
      this.tree.set(new CodeTree(columns));
      this.error.set(undefined);
    } catch (error) {
      if (abort.signal.aborted) return;
      if (asksForToken(error)) this.#session.refused(error.message);
      this.error.set(reasonOf(error, 'The graph could not be read'));
      if (at !== undefined) this.tree.set(undefined); // what was shown is of another offset
    }
    this.#abort = undefined;
    this.isLoading.set(false);
    this.#mayLoadFrom = performance.now() + Math.max(REST_MS, REST_TIMES * (performance.now() - began));
    if (this.error() === undefined && this.behind() > 0) this.#want(graph, at, true);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#abort?.abort();
    this.#abort = undefined;
  }
}

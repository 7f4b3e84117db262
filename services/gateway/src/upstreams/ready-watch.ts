import { setTimeout as wait } from 'node:timers/promises';
import { SERVICES } from './addresses.ts';
import type { Upstream } from './upstream.ts';
import type { Upstreams } from './upstreams.ts';

const EACH_MS = 1_000;
/** A process that has not answered so many looks in a row hangs: each has 2 s. */
const SILENT_LOOKS = 2;

/** What a look at `/ready` found. */
export type Look = 'ready' | 'not_ready' | 'silent' | 'failed';

/**
 * Looks at `/ready` of the processes of each service that has several, so that requests go to those that can answer them. A process that
 * hangs takes connections and answers none: requests that wait for it are tried elsewhere.
 */
export class ReadyWatch {
  readonly #upstreams: Upstreams;
  readonly #look: (upstream: Upstream) => Promise<Look>;
  readonly #silent = new WeakMap<Upstream, number>();
  readonly #stop = new AbortController();

  constructor(upstreams: Upstreams, look: (upstream: Upstream) => Promise<Look>) {
    this.#upstreams = upstreams;
    this.#look = look;
    void this.#run();
  }

  close(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const services = SERVICES.map((service) => this.#upstreams.of(service));
      await Promise.all(services.map(([first, ...others]) => this.#lookAtAll(first, others)));
      await wait(EACH_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #lookAtAll(first: Upstream | undefined, others: readonly Upstream[]): Promise<void> {
    if (first === undefined) return;
    if (others.length > 0) await Promise.all([first, ...others].map((upstream) => this.#lookAt(upstream)));
    else first.ready = true; // it gets every request, and says itself whether it can answer
  }

  async #lookAt(upstream: Upstream): Promise<void> {
    const found = await this.#look(upstream);
    const silent = found === 'silent' ? (this.#silent.get(upstream) ?? 0) + 1 : 0;
    this.#silent.set(upstream, silent);
    upstream.ready = found === 'ready';
    if (found === 'ready' || found === 'not_ready') upstream.answered();
    else if (found === 'failed') upstream.failed(performance.now());
    else if (silent >= SILENT_LOOKS) upstream.hangs(new Error('the process hangs'));
  }
}

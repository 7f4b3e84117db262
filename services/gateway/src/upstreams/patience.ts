import { setTimeout as wait } from 'node:timers/promises';
import { SharedCall } from '@graphtail/log';
import { SERVICES, type ServiceName } from './addresses.ts';
import { connected } from './agent.ts';
import type { Upstream } from './upstream.ts';
import type { Upstreams } from './upstreams.ts';

const BETWEEN_MS = 25;

/**
 * Waits for a service of which no process accepts connections, as while its only one restarts. However many requests wait, one
 * connection at a time is tried to each process.
 */
export class Patience {
  readonly #upstreams: Upstreams;
  readonly #rounds = new Map(SERVICES.map((service) => [service, new SharedCall(() => this.#try(service))]));
  readonly #stop = new AbortController();

  constructor(upstreams: Upstreams) {
    this.#upstreams = upstreams;
  }

  /** Resolves to true when a process of the service accepts connections, or to false at `deadline`, by `performance.now()`. */
  async until(service: ServiceName, deadline: number): Promise<boolean> {
    while (performance.now() < deadline && !this.#stop.signal.aborted) {
      if (await this.#rounds.get(service)!.run()) return true;
    }
    return false;
  }

  close(): void {
    this.#stop.abort();
  }

  async #try(service: ServiceName): Promise<boolean> {
    await wait(BETWEEN_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    this.#upstreams.lookAgain();
    const tries = this.#upstreams.of(service).map(async (upstream: Upstream) => {
      (await connected(upstream)).destroy();
      upstream.answered();
    });
    return Promise.any(tries).then(
      () => true,
      () => false,
    );
  }
}

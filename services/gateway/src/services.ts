import type { Guard } from '@graphtail/runtime';
import type { Upstreams } from './proxies.ts';

const ANSWER_WITHIN_MS = 2_000;

/** Sends the gateway's own requests to services, with a token of its own. */
export class Services {
  readonly #upstreams: Upstreams;
  readonly #guard: Guard;

  constructor(upstreams: Upstreams, guard: Guard) {
    this.#upstreams = upstreams;
    this.#guard = guard;
  }

  /** Rejects with a `TimeoutError` if the service does not answer within 2 s. */
  async get(service: keyof Upstreams, path: string): Promise<Response> {
    const headers = await this.#guard.ownHeaders();
    return fetch(new URL(path, this.#upstreams[service]), { headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  }
}

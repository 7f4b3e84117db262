import type { ServiceName } from './addresses.ts';
import type { Wish } from './choice.ts';
import type { Outcome } from './exchange.ts';
import { Patience } from './patience.ts';
import type { Upstream } from './upstream.ts';
import type { Upstreams } from './upstreams.ts';

/** How long a service is waited for of which no process answers, ms. A supervisor restarts a process within a second or two. */
const PATIENCE_MS = 3_000;
/** A request may break off at so many processes. It may be the request itself that ends them. */
const MOST_BREAKS = 3;

export type Delivered = Exclude<Outcome, { kind: 'failed' }>;

export type DeliveryOptions = {
  readonly wish?: Wish;
  /** Whether the request may be sent to another process after one has received it. */
  readonly isRepeatable: boolean;
  /** Whether to wait for a process if none answers. */
  readonly isPatient: boolean;
  /** Whether somebody still waits for the answer. */
  readonly isWanted: () => boolean;
  /** Sends the request to a process. */
  readonly attempt: (upstream: Upstream) => Promise<Outcome>;
};

/**
 * Sends a request to one process of a service. If that one does not answer, it is avoided for a while and another one is tried: at once
 * if nothing was sent, and after a connection that broke off if the request changes nothing. If none is left, the request waits for one.
 */
export class Deliveries {
  readonly #upstreams: Upstreams;
  readonly #patience: Patience;
  readonly #onFailover: (service: ServiceName) => void;

  constructor(upstreams: Upstreams, onFailover: (service: ServiceName) => void = () => undefined) {
    this.#upstreams = upstreams;
    this.#patience = new Patience(upstreams);
    this.#onFailover = onFailover;
  }

  /** @returns the answer and who gave it @throws {Error} why no process has answered */
  async deliver(
    service: ServiceName,
    { wish, isRepeatable, isPatient, isWanted, attempt }: DeliveryOptions,
  ): Promise<Delivered & { by: Upstream }> {
    const tried = new Set<Upstream>();
    let error: Error = new Error(`no process of the ${service} is known`);
    let deadline: number | undefined;
    for (let breaks = 0; ;) {
      const upstream = this.#upstreams.choose(service, wish, tried);
      if (upstream === undefined) {
        deadline ??= performance.now() + PATIENCE_MS;
        if (!isPatient || !isWanted() || !(await this.#patience.until(service, deadline))) throw error;
        tried.clear();
        continue;
      }
      const outcome = await attempt(upstream);
      if (outcome.kind !== 'failed') {
        upstream.answered();
        return { ...outcome, by: upstream };
      }
      error = outcome.error;
      if (!isWanted()) throw error;
      upstream.failed(performance.now());
      tried.add(upstream);
      if (outcome.wasSent && (!isRepeatable || ++breaks >= MOST_BREAKS)) throw error;
      this.#onFailover(service);
    }
  }

  close(): void {
    this.#patience.close();
  }
}

/** How long a process that failed is avoided, ms: doubled with each failure in a row, with jitter. */
const AVOIDED = { baseMs: 200, maxMs: 10_000 };

/** One process of a service, as the gateway sees it. */
export class Upstream {
  readonly host: string;
  readonly port: number;
  /** The name that led to the host's address; undefined: the address itself was given. */
  readonly name: string | undefined;
  /** Host and port, as people and metrics are told them. */
  readonly address: string;
  readonly #unanswered = new Set<(error: Error) => void>();
  #open = 0;
  #failures = 0;
  #avoidedUntil = 0;
  #isReady = true;

  /** @param host an IP address */
  constructor(host: string, port: number, name?: string) {
    this.host = host;
    this.port = port;
    this.name = name;
    this.address = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  }

  /** Requests and sockets that are open now. */
  get open(): number {
    return this.#open;
  }

  /** Counts a request or a socket as open, until the returned function is called. */
  enter(): () => void {
    this.#open++;
    let isOpen = true;
    return () => {
      if (isOpen) this.#open--;
      isOpen = false;
    };
  }

  /** Calls `giveUp` if the process is found to hang, until the returned function is called. */
  awaitAnswer(giveUp: (error: Error) => void): () => void {
    this.#unanswered.add(giveUp);
    return () => void this.#unanswered.delete(giveUp);
  }

  /** The process hangs: those who wait for its answers must not wait longer. */
  hangs(error: Error): void {
    this.failed(performance.now());
    for (const giveUp of [...this.#unanswered]) giveUp(error);
  }

  /** Avoids the process for a while. A hundred requests that fail together are one failure. */
  failed(now: number): void {
    if (now < this.#avoidedUntil) return;
    const pause = Math.min(AVOIDED.maxMs, AVOIDED.baseMs * 2 ** this.#failures);
    this.#failures++;
    this.#avoidedUntil = now + pause * (0.5 + Math.random() / 2);
  }

  /** The process has answered. */
  answered(): void {
    this.#failures = 0;
    this.#avoidedUntil = 0;
  }

  set ready(ready: boolean) {
    this.#isReady = ready;
  }

  /** Whether to send requests here: 0 yes, 1 it says that it is not ready yet, 2 it failed a moment ago. The lowest is best. */
  rank(now: number): 0 | 1 | 2 {
    if (now < this.#avoidedUntil) return 2;
    return this.#isReady ? 0 : 1;
  }
}

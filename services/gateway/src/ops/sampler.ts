import type { Span } from './rates.ts';
import type { Scrape } from './scrape.ts';

/** How often is scraped while somebody watches, ms. */
const EACH_MS = 1_000;
/** The shortest time that says something about a rate, ms: the second scrape comes after it. */
const SHORTEST_MS = 500;
/** Rates are those of at most this time, ms. */
const SPAN_MS = 10_000;
/** How long the sampler goes on after somebody asked, so that the next answer has rates at once, ms. */
const LINGERS_MS = 30_000;

/** Scrapes all services once a second while somebody asks for figures, and rests otherwise. */
export class Sampler {
  readonly #scrape: () => Promise<Scrape>;
  readonly #listeners = new Set<(span: Span) => void>();
  #scrapes: Scrape[] = [];
  #askedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(scrape: () => Promise<Scrape>) {
    this.#scrape = scrape;
  }

  /** Figures of the last seconds. After a rest they take half a second. */
  async span(): Promise<Span> {
    const { promise, resolve } = Promise.withResolvers<Span>();
    const latest = this.#latest;
    const stop = this.follow(resolve);
    if (latest !== undefined) resolve(latest);
    return promise.finally(stop);
  }

  /** Calls the listener about once a second, until the returned function is called. */
  follow(listener: (span: Span) => void): () => void {
    this.#listeners.add(listener);
    this.#askedAt = performance.now();
    this.#timer ??= setTimeout(() => void this.#turn(), 0);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  get #latest(): Span | undefined {
    const [from, to] = [this.#scrapes[0], this.#scrapes.at(-1)];
    return from === undefined || to === undefined || from === to ? undefined : { from, to };
  }

  async #turn(): Promise<void> {
    const began = performance.now();
    const scraped = await this.#scrape().catch(() => undefined); // the next second brings another try
    if (scraped !== undefined) this.#scrapes = [...this.#scrapes.filter(({ at }) => scraped.at - at <= SPAN_MS), scraped];
    const latest = this.#latest;
    if (latest !== undefined) for (const listener of [...this.#listeners]) listener(latest);
    const isIdle = this.#listeners.size === 0 && performance.now() - this.#askedAt > LINGERS_MS;
    if (isIdle) {
      this.#timer = undefined;
      this.#scrapes = [];
      return;
    }
    const wait = this.#scrapes.length < 2 ? SHORTEST_MS : EACH_MS - (performance.now() - began);
    this.#timer = setTimeout(() => void this.#turn(), Math.max(0, wait));
  }
}

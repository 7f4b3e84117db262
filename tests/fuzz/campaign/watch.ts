import { exchange } from '../wire/exchange.ts';
import { placesAt } from '../fuzzers/http.ts';
import { PROCESSES, type ProcessName } from '../rig/processes.ts';
import { GRAPH, type Product } from '../rig/product.ts';

const EVERY_MS = 500;
const PROBE_WITHIN_MS = 10_000;

/** Looks at the product from outside while it is under load: processes, what they hold, and how long a cheap question takes. */
export class Watch {
  /** The most that a process held. */
  readonly peaks = new Map<ProcessName, { descriptors: number; rssBytes: number }>();
  readonly probesMs: number[] = [];
  readonly failures: string[] = [];
  readonly #product: Product;
  readonly #timer: NodeJS.Timeout;
  #probing = false;

  constructor(product: Product) {
    this.#product = product;
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  async #look(): Promise<void> {
    if (this.#probing) return;
    this.#probing = true;
    const held = await this.#product.held();
    for (const name of PROCESSES) {
      const now = held[name];
      if (now === undefined) continue;
      const peak = this.peaks.get(name);
      this.peaks.set(name, {
        descriptors: Math.max(peak?.descriptors ?? 0, now.descriptors),
        rssBytes: Math.max(peak?.rssBytes ?? 0, now.rssBytes),
      });
    }
    await this.#probe();
    this.#probing = false;
  }

  async #probe(): Promise<void> {
    const target = `/api/graph/categories/hubs?graph=${GRAPH}&limit=1`;
    const request = { door: 'gateway', method: 'GET', target, headers: [['host', '@host@']] } as const;
    const outcome = await exchange(request, this.#product.ports.gateway, placesAt(this.#product, 'gateway'), PROBE_WITHIN_MS);
    if (outcome.kind === 'answered' && outcome.answer.status === 200) this.probesMs.push(outcome.ms);
    else this.failures.push(`a cheap question: ${outcome.kind === 'answered' ? String(outcome.answer.status) : outcome.kind}`);
  }

  probe(quantile: number): number {
    const sorted = [...this.probesMs].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

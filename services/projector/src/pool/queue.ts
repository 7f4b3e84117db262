import { seqOf } from '@graphtail/facts';
import type { Job } from './protocol.ts';

export type Queued = { readonly job: Job; readonly queuedAt: number };

/** A job that has waited this long is next, whatever its offset. */
const PATIENCE_MS = 5_000;

/**
 * Jobs that wait. The thread's states move along the log, so the next job is the one whose offset is nearest to the last job's.
 * A lift serves floors in the same way: many queries about past states then cost one sweep. A job that has waited for
 * `PATIENCE_MS` is next in any case.
 */
export class JobQueue<Item extends Queued> {
  readonly #items: Item[] = [];
  #last: Job | undefined;

  get length(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  remove(item: Item): boolean {
    const index = this.#items.indexOf(item);
    if (index >= 0) this.#items.splice(index, 1);
    return index >= 0;
  }

  next(now: number): Item | undefined {
    const [oldest] = this.#items;
    if (oldest === undefined) return undefined;
    const last = this.#last;
    const here = last === undefined ? [] : this.#items.filter(({ job }) => job.graph === last.graph);
    let chosen = oldest;
    if (now - oldest.queuedAt < PATIENCE_MS && last !== undefined && here.length > 0) {
      const way = ({ job }: Item): number => Math.abs(seqOf(job.at) - seqOf(last.at));
      chosen = here.reduce((nearest, item) => (way(item) < way(nearest) ? item : nearest));
    }
    this.remove(chosen);
    this.#last = chosen.job;
    return chosen;
  }
}

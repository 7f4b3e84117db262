import type { Offset } from '@graphtail/facts';
import type { Damage } from '@graphtail/log';
import { prepare } from './prepare.ts';
import { INDEXES, Projection, type IndexName } from '../projection/projection.ts';
import type { Start } from './restore.ts';

/** What nearly every query needs; the others are built when a query first does. */
const EVERYDAY: readonly IndexName[] = ['adjacency', 'degrees', 'census', 'categories'];

/** A projection that is being folded, and what is known about where it came from. */
export class Folding {
  readonly projection: Projection;
  /** The cursor of the snapshot, or of the log's beginning, that it was folded on from. */
  readonly startedAt: Offset;
  /** The newest `analysis_completed` that was folded said the same digest; undefined before the first. */
  confirmed: boolean | undefined;
  /** It is folded from the log's beginning and has not been served: nothing better can be folded. */
  isLastResort: boolean;
  /** A damaged batch that was left out, until the log is known to say again what it had said. */
  missing: Damage | undefined;
  #from: Start['from'];

  constructor({ state, cursor, runningDigest, from }: Start) {
    this.projection = new Projection(state, cursor, runningDigest);
    this.startedAt = cursor;
    this.isLastResort = from === 'log';
    this.#from = from;
  }

  get from(): Start['from'] {
    return this.#from;
  }

  /** Facts before the cursor are gone, and no `graph_reset` has come yet. */
  get isUnknown(): boolean {
    return this.#from === 'unknown';
  }

  /** A `graph_reset` makes any state known, and whole. */
  reset(): void {
    this.missing = undefined;
    if (this.isUnknown) this.#from = 'log';
  }

  /** Builds the indexes that queries will ask for at once; those of `before` were needed and will be again. */
  async prepare(before?: Projection): Promise<void> {
    await prepare(this.projection, before === undefined ? EVERYDAY : INDEXES.filter((index) => before.isBuilt(index)));
  }
}

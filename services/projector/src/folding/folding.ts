import type { Offset } from '@graphtail/facts';
import type { Damage } from '@graphtail/log';
import { prepare } from './prepare.ts';
import { INDEXES, Projection, type IndexName } from '../projection/projection.ts';
import type { Start } from './restore.ts';

/** Indexes that nearly every query needs. The others are built when a query first needs them. */
const EVERYDAY: readonly IndexName[] = ['adjacency', 'degrees', 'census', 'categories'];

/** A projection that is being folded, and what is known about its origin. */
export class Folding {
  readonly projection: Projection;
  /** Where the fold began: the cursor of the snapshot, the log's beginning, or the log's floor. */
  readonly startedAt: Offset;
  /** Whether the newest folded `analysis_completed` has the digest of the state; undefined before the first. */
  confirmed: boolean | undefined;
  /** The state is folded from the log's beginning and not served yet. No better state can be folded if it diverges. */
  isLastResort: boolean;
  /** A damaged batch that the fold left out; undefined again when the log is known to have repeated its facts. */
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

  /** Facts before the cursor are gone, and the fold has not reached a `graph_reset` yet. */
  get isUnknown(): boolean {
    return this.#from === 'unknown';
  }

  /** After a `graph_reset` the state is known and whole, because it is empty. */
  reset(): void {
    this.missing = undefined;
    if (this.isUnknown) this.#from = 'log';
  }

  /** Builds the indexes that the first queries will need: the ones that `before` has built, or else the everyday ones. */
  async prepare(before?: Projection): Promise<void> {
    await prepare(this.projection, before === undefined ? EVERYDAY : INDEXES.filter((index) => before.isBuilt(index)));
  }
}

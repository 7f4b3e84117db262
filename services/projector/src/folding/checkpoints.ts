import type { Logger, SecondsHistogram } from '@graphtail/runtime';
import { lanesToHex, seqOf, type Offset } from '@graphtail/facts';
import type { Snapshots } from '@graphtail/log';
import type { Projection } from '../projection/projection.ts';

/** After this many facts a snapshot is due, so that a restart has no more facts to fold. */
const DUE_AFTER_FACTS = 10_000;
/** A snapshot is due at the latest this long after the first fact that the last snapshot does not hold. */
const DUE_AFTER_MS = 30_000;
const NOT_BEFORE_MS = 10_000;
/** Pause after a save, as a multiple of the time that it took. So saving takes at most a tenth of the time for any graph size. */
const REST_FACTOR = 10;
/** After this many failed saves in a row, something is wrong. A single save fails if Redis restarts meanwhile. */
const FAILURES = 2;

/** Saves a graph's state with its cursor: often enough for a quick start, and seldom enough to cost little. */
export class Checkpoints {
  readonly #snapshots: Snapshots;
  readonly #logger: Logger;
  readonly #duration: SecondsHistogram;
  #saved: Offset | undefined;
  #unsavedSince: number | undefined;
  #restUntil = 0;
  #saving: Promise<void> | undefined;
  #failures: string[] = [];

  constructor(snapshots: Snapshots, logger: Logger, duration: SecondsHistogram) {
    this.#snapshots = snapshots;
    this.#logger = logger;
    this.#duration = duration;
  }

  /** The caller reports the cursor of the snapshot (or of the log's beginning) from which the fold starts. */
  startedAt(cursor: Offset): void {
    this.#saved = cursor;
    this.#unsavedSince = undefined;
  }

  /** Why saving fails; undefined if it does not, or has failed only once. */
  get failure(): string | undefined {
    return this.#failures.length < FAILURES ? undefined : this.#failures.at(-1);
  }

  /** Saves in the background if it is due; called after each batch and each second. */
  consider(projection: Projection): void {
    const now = performance.now();
    if (projection.cursor === this.#saved) return;
    this.#unsavedSince ??= now;
    const facts = seqOf(projection.cursor) - seqOf(this.#saved ?? projection.cursor);
    const due = facts >= DUE_AFTER_FACTS || now - this.#unsavedSince >= DUE_AFTER_MS;
    if (due && now >= this.#restUntil) void this.save(projection);
  }

  /** Saves now, unless this state is saved already. Never rejects: a failed save is logged, and repeated when it is next due. */
  async save(projection: Projection): Promise<void> {
    await this.#saving;
    if (projection.cursor === this.#saved || seqOf(projection.cursor) === 0) return;
    this.#saving = this.#save(projection).finally(() => (this.#saving = undefined));
    await this.#saving;
  }

  async #save(projection: Projection): Promise<void> {
    const { cursor, runningDigest, state } = projection;
    const [nodes, relationships] = [state.nodes.size, state.relationships.size]; // the state changes while it is saved
    const stop = this.#duration.startTimer();
    const before = this.#saved;
    this.#restUntil = Infinity;
    let took = 0;
    try {
      const committed = await this.#snapshots.save(cursor, lanesToHex(runningDigest), state);
      took = stop();
      if (committed) {
        this.#saved = cursor;
        this.#unsavedSince = undefined;
        this.#failures = [];
        this.#logger.info({ as_of: cursor, nodes, relationships, duration_ms: Math.round(took) }, 'snapshot saved');
      } else {
        this.#fails('it is not a state of this log');
        this.#logger.warn({ as_of: cursor, saved: before }, 'the log refused the snapshot: it is not a state of this log');
      }
    } catch (error) {
      this.#fails((error as Error).message);
      this.#logger.warn({ err: error, as_of: cursor }, 'snapshot not saved');
    } finally {
      this.#restUntil = performance.now() + Math.max(NOT_BEFORE_MS, REST_FACTOR * took);
    }
  }

  #fails(why: string): void {
    this.#failures = [...this.#failures.slice(1 - FAILURES), why];
  }
}

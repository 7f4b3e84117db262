import { lanesToHex, seqOf, type Offset } from '@graphtail/facts';
import { applyRetention, floorWanted, isBounded, type FactLog, type Retention, type Snapshots } from '@graphtail/log';
import type { Logger } from '@graphtail/runtime';
import type { Projection } from '../projection/projection.ts';
import type { Checkpoints } from './checkpoints.ts';
import { foldForward } from './fold-forward.ts';
import { restore } from './restore.ts';

const NOT_BEFORE_MS = 1_000;
/** Snapshots hold back trimming. When the log is larger than this multiple of its bounds, snapshots are saved to make room. */
const HELD_BACK = 1.5;
const ROOM_NOT_BEFORE_MS = 5_000;
/** Pause after making room, as a multiple of the time that it took. So it takes at most a third of the time. */
const REST_FACTOR = 2;

/**
 * Keeps a log within its bounds. Only facts before the two newest snapshots may be trimmed. If the snapshots hold back too
 * much, the state at the floor that the bounds require is saved and, if needed, the state at the head. Without this, a log
 * would stay too large after a burst until something else is appended.
 */
export class Trimming {
  readonly #log: FactLog;
  readonly #snapshots: Snapshots;
  readonly #retention: Retention;
  readonly #checkpoints: Checkpoints;
  readonly #logger: Logger;
  #dueAt = 0;
  #roomDueAt = 0;
  #running = false;

  constructor(log: FactLog, snapshots: Snapshots, retention: Retention, checkpoints: Checkpoints, logger: Logger) {
    this.#log = log;
    this.#snapshots = snapshots;
    this.#retention = retention;
    this.#checkpoints = checkpoints;
    this.#logger = logger;
  }

  /** Trims in the background, at most once a second; called after each batch and each second. */
  consider(projection: Projection): void {
    if (!isBounded(this.#retention) || this.#running || performance.now() < this.#dueAt) return;
    this.#running = true;
    this.#trim(projection)
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'could not trim the log'))
      .finally(() => {
        this.#running = false;
        this.#dueAt = performance.now() + NOT_BEFORE_MS;
      });
  }

  async #trim(projection: Projection): Promise<void> {
    const nowMs = await this.#log.now();
    const { floor, wanted } = await applyRetention(this.#log, this.#retention, { nowMs });
    const isHeldBack = seqOf(floor) < seqOf(wanted) && seqOf(wanted) < seqOf(projection.cursor);
    if (!isHeldBack || performance.now() < this.#roomDueAt) return;
    if (seqOf(await floorWanted(this.#log, timesItsBounds(this.#retention), { nowMs })) <= seqOf(floor)) return;
    const began = performance.now();
    try {
      await this.#makeRoom(projection, wanted);
      await applyRetention(this.#log, this.#retention, { nowMs });
    } finally {
      const took = performance.now() - began;
      this.#roomDueAt = performance.now() + Math.max(ROOM_NOT_BEFORE_MS, REST_FACTOR * took);
    }
  }

  /** Saves snapshots until two are at or after the wanted floor. */
  async #makeRoom(projection: Projection, wanted: Offset): Promise<void> {
    const after = async (): Promise<Offset[]> => (await this.#snapshots.list()).filter((asOf) => seqOf(asOf) >= seqOf(wanted));
    if (!(await after()).some((asOf) => asOf !== wanted)) await this.#checkpoints.save(projection);
    if ((await after()).length >= 2) return;
    const start = await restore(this.#log, this.#snapshots, seqOf(wanted));
    if (start.from === 'unknown') return; // no state to fold from; the next snapshots at the head make room
    const { state, cursor, runningDigest } = await foldForward(this.#log, start, wanted);
    const saved = await this.#snapshots.save(cursor, lanesToHex(runningDigest), state);
    this.#logger.info({ as_of: cursor, saved }, 'snapshot saved so that what lies before it can go');
  }
}

function timesItsBounds({ facts, bytes, ageMs }: Retention): Retention {
  const times = (bound: number | undefined): number | undefined => (bound === undefined ? undefined : Math.ceil(bound * HELD_BACK));
  return { facts: times(facts), bytes: times(bytes), ageMs: times(ageMs) };
}

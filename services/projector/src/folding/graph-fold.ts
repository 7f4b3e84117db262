import { ORIGIN, compareOffsets, seqOf, MalformedFact, decodeFact, type Fact, type Offset } from '@graphtail/facts';
import {
  CursorRefused,
  LogDamaged,
  SharedCall,
  describeDamage,
  follow,
  headroom,
  pause,
  sliceAfter,
  type Batch,
  type Consumers,
  type Damage,
  type FactLog,
  type Headroom,
  type Retention,
  type Snapshots,
} from '@graphtail/log';
import { Turn, type Complaint, type Logger } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import type { Projection } from '../projection/projection.ts';
import { Checkpoints } from './checkpoints.ts';
import { complaintsOf } from './complaints.ts';
import { Folding } from './folding.ts';
import { Isolation } from './isolation.ts';
import type { FoldFigures, ProjectorMetrics } from './metrics.ts';
import { readUpTo } from './read-up-to.ts';
import { fromTheBeginning, restore } from './restore.ts';
import { Trimming } from './trimming.ts';
import { Waiters } from './waiters.ts';

export type FoldDependencies = {
  readonly log: FactLog;
  readonly snapshots: Snapshots;
  readonly consumers: Consumers;
  /** Opens a Redis connection for one tail: a tail blocks its connection. */
  readonly openBlocking: () => Redis;
  readonly logger: Logger;
  readonly metrics: ProjectorMetrics;
  readonly retention: Retention;
};

/** Why a graph is folded again. */
type RefoldReason = 'start' | 'cursor_refused' | 'diverged' | 'requested';

/** The folded state differs from the state that the log says. */
class StateDiverged extends Error {}

/** How far a fold has got whose state is not served yet. */
export type Progress = { readonly reason: RefoldReason; readonly cursor: Offset; readonly to: Offset };

/**
 * One graph's fold. It begins at the newest valid snapshot (or at the log's beginning) and follows the log until it is closed.
 * The state that it serves is always the state of a prefix of the log, which ends at the cursor. When serving begins, this
 * state is at the log's head. If the state no longer holds, the graph is folded again. A half-folded state is never served.
 */
export class GraphFold implements FoldFigures {
  readonly graph: string;
  readonly #deps: FoldDependencies;
  readonly #checkpoints: Checkpoints;
  readonly #trimming: Trimming;
  readonly #waiters = new Waiters();
  readonly #isolation = new Isolation();
  readonly #stopping = new AbortController();
  /** Offsets of an `analysis_completed` whose digest differed from the folded state. The graph is folded again only once for each. */
  readonly #disputed = new Set<Offset>();
  #serving: Folding | undefined;
  #progress: Progress | undefined;
  #head: Offset = ORIGIN;
  #foldedAt = 0;
  #caughtUpOnce = false;
  #failures = 0;
  #running: Promise<void> | undefined;
  readonly #rebuilding = new SharedCall(() => this.#rebuild());

  constructor(deps: FoldDependencies) {
    this.graph = deps.log.graph;
    this.#deps = deps;
    this.#checkpoints = new Checkpoints(deps.snapshots, deps.logger, deps.metrics.snapshotDuration);
    this.#trimming = new Trimming(deps.log, deps.snapshots, deps.retention, this.#checkpoints, deps.logger);
  }

  run(): void {
    this.#running ??= this.#run();
  }

  /** Ends the fold and saves the state if it is not saved yet. Resolves after `withinMs` even if that is not done. */
  async close(withinMs: number): Promise<void> {
    this.#stopping.abort();
    await Promise.race([this.#end(), elapsed(withinMs)]);
  }

  async #end(): Promise<void> {
    await this.#running;
    await this.#rebuilding.underWay?.catch(() => undefined);
    if (this.projection !== undefined && this.#serving?.missing === undefined) await this.#checkpoints.save(this.projection);
  }

  /** The state; undefined while it is being restored, or while it is unknown because the log's beginning is gone. */
  get projection(): Projection | undefined {
    return this.#serving === undefined || this.#serving.isUnknown ? undefined : this.#serving.projection;
  }

  /** Why `projection` is undefined. */
  get unavailable(): string {
    return this.#serving?.isUnknown === true
      ? 'the beginning of the log is gone and no snapshot of it is left: waiting for a graph_reset'
      : 'the state is being restored';
  }

  /** Why the state is not whole; undefined if no damage is known. */
  get damage(): string | undefined {
    const missing = this.#serving?.missing;
    return missing === undefined ? undefined : describeDamage(missing);
  }

  /** What the fold can't do at the moment. */
  get complaints(): readonly Complaint[] {
    return complaintsOf(this, this.#checkpoints.failure);
  }

  /** The progress of a fold whose state is not served yet; undefined if there is none. */
  get progress(): Progress | undefined {
    return this.#progress;
  }

  /** Whether the fold has been at the head since it began. */
  get caughtUpOnce(): boolean {
    return this.#caughtUpOnce;
  }

  get head(): Offset {
    return this.#head;
  }

  get #cursor(): Offset {
    return this.#serving?.projection.cursor ?? this.#progress?.cursor ?? ORIGIN;
  }

  get lagFacts(): number {
    return Math.max(0, seqOf(this.#head) - seqOf(this.#cursor));
  }

  get lagSeconds(): number {
    return this.lagFacts === 0 || this.#foldedAt === 0 ? 0 : Math.max(0, Date.now() - this.#foldedAt) / 1000;
  }

  get nodes(): number {
    return this.projection?.nodes.size ?? 0;
  }

  get relationships(): number {
    return this.projection?.relationships.size ?? 0;
  }

  get anomalies(): number {
    return this.projection?.anomalies ?? 0;
  }

  async log(): Promise<{ facts: number; bytes: number }> {
    return this.#deps.log.bounds();
  }

  async headroom(): Promise<readonly Headroom[]> {
    const { log, consumers, retention } = this.#deps;
    return headroom(log, consumers, retention);
  }

  /** Resolves to true when the state holds everything up to an offset (which was judged), or to false after `withinMs`. */
  async reaches(at: Offset, withinMs: number): Promise<boolean> {
    const { projection } = this;
    if (projection !== undefined && compareOffsets(projection.cursor, at) >= 0) return true;
    return this.#waiters.until(at, withinMs);
  }

  /** Resolves when there is a state, and after `withinMs` even if there is none. */
  async restored(withinMs: number): Promise<void> {
    await this.#waiters.until(ORIGIN, withinMs);
  }

  /**
   * Folds the log again from its beginning, while the present state is served. The new state then replaces it. If a rebuild is
   * already under way, a second call does nothing.
   */
  rebuild(): void {
    this.#rebuilding.run().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#deps.logger.error({ err: error }, 'could not rebuild the state: what was served stays');
    });
  }

  async #run(): Promise<void> {
    let reason: RefoldReason = 'start';
    while (!this.#stopping.signal.aborted) {
      const tail = new AbortController();
      const stop = (): void => tail.abort();
      this.#stopping.signal.addEventListener('abort', stop);
      try {
        if (this.#serving === undefined) await this.#begin(reason);
        await this.#foldOn(tail.signal);
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (error instanceof CursorRefused && this.#isolation.mayEnd(error.refusal)) {
          this.#deps.logger.warn({ refusal: error.refusal }, 'the log is behind its own past: asking again');
        } else if (error instanceof CursorRefused) {
          this.#deps.logger.error({ cursor: this.#cursor, refusal: error.refusal }, 'the log refused the cursor: folding anew');
          reason = this.#drop('cursor_refused');
        } else if (error instanceof StateDiverged) {
          reason = this.#drop('diverged');
        } else {
          this.#deps.logger.warn({ err: error }, 'could not restore the state: trying again');
        }
        await pause(this.#failures++, this.#stopping.signal).catch(() => undefined);
      } finally {
        tail.abort();
        this.#stopping.signal.removeEventListener('abort', stop);
      }
    }
  }

  #drop(reason: RefoldReason): RefoldReason {
    this.#serving = undefined;
    this.#deps.metrics.refolds.inc({ graph: this.graph, reason });
    return reason;
  }

  async #begin(reason: RefoldReason): Promise<void> {
    const began = performance.now();
    const fresh = await this.#foldToHead(reason);
    await fresh.prepare();
    this.#serve(fresh);
    this.#checkpoints.startedAt(fresh.startedAt);
    const { cursor, nodes } = fresh.projection;
    const restored = { from: fresh.from, cursor, nodes: nodes.size, reason };
    if (fresh.isUnknown) this.#deps.logger.error(restored, this.unavailable);
    else this.#deps.logger.info({ ...restored, duration_ms: Math.round(performance.now() - began) }, 'folding');
  }

  #serve(fresh: Folding): void {
    fresh.isLastResort = false;
    this.#serving = fresh;
    if (!fresh.isUnknown) this.#waiters.reached(fresh.projection.cursor);
  }

  /** Folds a new state up to the present head. It is not served yet. */
  async #foldToHead(reason: RefoldReason): Promise<Folding> {
    const { log, snapshots } = this.#deps;
    const { head } = await log.state();
    if (this.#serving === undefined) this.#head = head;
    // A wrong or doubted state may be in the snapshots too, so the fold begins at the log's beginning.
    const doubted = reason === 'diverged' || reason === 'requested';
    let start = doubted ? await fromTheBeginning(log) : await restore(log, snapshots);
    if (doubted && start.from === 'unknown') start = await restore(log, snapshots);
    const fresh = new Folding(start);
    await this.#foldUpTo(fresh, head, reason);
    return fresh;
  }

  async #foldUpTo(folding: Folding, to: Offset, reason: RefoldReason): Promise<void> {
    const { projection } = folding;
    try {
      for await (const part of readUpTo(this.#deps.log, projection.cursor, to)) {
        this.#stopping.signal.throwIfAborted();
        if (part instanceof LogDamaged) {
          this.#passOver(folding, part.damage);
        } else {
          for (const json of part.facts) this.#apply(folding, json, part.through);
          projection.advance(part.through, part.runningDigest);
          projection.tidy();
        }
        this.#progress = { reason, cursor: projection.cursor, to };
      }
    } finally {
      this.#progress = undefined;
    }
  }

  async #rebuild(): Promise<void> {
    const began = performance.now();
    const reason = 'requested';
    const fresh = await this.#foldToHead(reason);
    if (this.#serving !== undefined) await fresh.prepare(this.#serving.projection);
    // The served state has moved on meanwhile. Between the last comparison and the swap there is no await.
    for (;;) {
      const served = this.#serving;
      if (served === undefined || fresh.isUnknown) return; // it is being restored for another reason
      const { cursor } = served.projection;
      if (cursor === fresh.projection.cursor) {
        this.#swap(served, fresh, Math.round(performance.now() - began));
        return;
      }
      await this.#foldUpTo(fresh, cursor, reason);
    }
  }

  /** Both states are at the same offset. The one that was folded from the log is right, unless the log itself says otherwise. */
  #swap(served: Folding, fresh: Folding, duration_ms: number): void {
    const { cursor, digest } = fresh.projection;
    const figures = { cursor, served: served.projection.digest, rebuilt: digest, duration_ms };
    if (fresh.missing !== undefined && served.missing === undefined) {
      this.#deps.logger.error(
        { ...figures, reason: describeDamage(fresh.missing) },
        'the log does not hold the whole state: what was served stays',
      );
      return;
    }
    if (served.projection.digest !== digest) {
      this.#deps.metrics.divergences.inc({ graph: this.graph });
      this.#deps.logger.error(figures, 'the state that was served is not what the log amounts to');
      if (served.confirmed === true && fresh.confirmed === false) return;
      this.#checkpoints.startedAt(ORIGIN); // the saved snapshots may be wrong too
    }
    this.#serve(fresh);
    this.#deps.metrics.refolds.inc({ graph: this.graph, reason: 'requested' });
    this.#deps.logger.info(figures, 'the rebuilt state is served');
  }

  async #foldOn(signal: AbortSignal): Promise<void> {
    const { log, openBlocking, logger } = this.#deps;
    const turn = new Turn();
    const onState = (state: 'up' | 'down', error?: Error): void => {
      if (state === 'down') logger.warn({ err: error }, 'Redis is away; the state stays where it is');
      else logger.info('Redis is back');
    };
    for await (const next of follow(log, this.#cursor, { signal, blocking: openBlocking(), onState })) {
      this.#failures = 0;
      this.#isolation.ended();
      this.#head = next.head;
      if (next.kind === 'batch') this.#fold(next.batch);
      else if (next.kind === 'damaged' && this.#serving !== undefined) this.#passOver(this.#serving, next.damage);
      if (this.#cursor === this.#head) this.#caughtUpOnce = true;
      const { projection } = this;
      if (projection !== undefined && this.#serving?.missing === undefined) {
        this.#checkpoints.consider(projection);
        this.#trimming.consider(projection);
      }
      await turn.shared();
    }
  }

  /** Folds a whole batch without an await, so that no request sees half of it. */
  #fold(batch: Batch): void {
    const serving = this.#serving;
    if (serving === undefined) return;
    const stop = this.#deps.metrics.applyDuration.startTimer();
    const { projection } = serving;
    for (const json of sliceAfter(batch, projection.cursor).facts) this.#apply(serving, json, batch.through);
    projection.advance(batch.through, batch.digest);
    projection.tidy();
    this.#foldedAt = batch.appendedAt;
    stop();
    if (this.projection !== undefined) this.#waiters.reached(batch.through);
  }

  /** The state lacks the batch's facts until ingest has appended them again. No snapshot is saved meanwhile. */
  #passOver(folding: Folding, damage: Damage): void {
    const { logger, metrics } = this.#deps;
    const { projection } = folding;
    folding.missing = damage;
    metrics.damaged.inc({ graph: this.graph });
    logger.error({ through: damage.through, batch: damage.batchId, reason: damage.reason }, 'left out a damaged batch of the log');
    projection.advance(damage.through, projection.runningDigest); // the next batch brings the right digest
    if (folding === this.#serving && !folding.isUnknown) this.#waiters.reached(damage.through);
  }

  #apply(folding: Folding, json: string, batch: Offset): void {
    const { projection } = folding;
    if (!folding.isUnknown && projection.applyText(json)) return;
    const fact = decodeFact(json);
    if (fact instanceof MalformedFact) {
      // The log will always hold this text, so a fold that stopped here would never go on.
      this.#deps.metrics.malformed.inc({ graph: this.graph });
      this.#deps.logger.error({ err: fact, batch }, 'left out what is not a fact');
      folding.missing = { through: batch, batchId: '', reason: 'it holds what is not a fact' };
      void this.#deps.log.damage.note(folding.missing);
      return;
    }
    if (fact.event_type === 'graph_reset') folding.reset();
    if (folding.isUnknown) return;
    projection.apply(fact, json);
    if (fact.event_type === 'analysis_completed') this.#compare(folding, fact);
  }

  /** The analysis says what the state must be at this fact. If the digests differ, no part of the folded state can be trusted. */
  #compare(folding: Folding, { offset, data }: Extract<Fact, { event_type: 'analysis_completed' }>): void {
    const { projection } = folding;
    folding.confirmed = data.state_digest === projection.digest;
    if (folding.confirmed && folding.missing !== undefined) {
      this.#deps.logger.info({ offset }, 'the state is whole again');
      folding.missing = undefined;
    }
    if (folding.confirmed || folding.missing !== undefined || this.#disputed.has(offset)) return;
    this.#disputed.add(offset);
    this.#deps.metrics.divergences.inc({ graph: this.graph });
    this.#deps.logger.error(
      { offset, expected: data.state_digest, actual: projection.digest, nodes: projection.nodes.size },
      'the state differs from what the analysis says',
    );
    if (folding.isLastResort) return;
    if (folding === this.#serving) this.#serving = undefined; // at once: no request may see the half-folded batch
    throw new StateDiverged();
  }
}

async function elapsed(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms).unref();
  await promise;
}

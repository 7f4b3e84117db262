import { ORIGIN, compareOffsets, seqOf, type Fact, type Offset } from '@graphtail/facts';
import {
  CursorRefused,
  follow,
  headroom,
  pause,
  sliceAfter,
  type Batch,
  type Consumers,
  type FactLog,
  type Headroom,
  type Retention,
  type Snapshots,
} from '@graphtail/log';
import { Turn, type Logger } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import type { Projection } from '../projection/projection.ts';
import { Checkpoints } from './checkpoints.ts';
import { MalformedFact, decodeFact } from './decode-fact.ts';
import { indexed } from './indexed.ts';
import { Isolation } from './isolation.ts';
import type { FoldFigures, ProjectorMetrics } from './metrics.ts';
import { fromTheBeginning, restore, type Start } from './restore.ts';
import { shareStringsOfFact } from './share-strings.ts';
import { Trimming } from './trimming.ts';
import { Waiters } from './waiters.ts';

export type FoldDependencies = {
  readonly log: FactLog;
  readonly snapshots: Snapshots;
  readonly consumers: Consumers;
  /** A connection of its own for each tail. */
  readonly openBlocking: () => Redis;
  readonly logger: Logger;
  readonly metrics: ProjectorMetrics;
  readonly retention: Retention;
};

/** Why a graph is folded anew. */
type RefoldReason = 'start' | 'cursor_refused' | 'diverged' | 'requested';

/** Thrown out of a tail: the state is not what the log says. */
class StateDiverged extends Error {}

/**
 * One graph's fold: from the newest snapshot that holds (or the log's beginning) along the log, forever. Its
 * state is always that of a prefix of the log, named by its cursor; what no longer holds is folded anew.
 */
export class GraphFold implements FoldFigures {
  readonly graph: string;
  readonly #deps: FoldDependencies;
  readonly #checkpoints: Checkpoints;
  readonly #trimming: Trimming;
  readonly #waiters = new Waiters();
  readonly #isolation = new Isolation();
  readonly #stopping = new AbortController();
  /** Offsets at which the log disagrees with itself: folding anew was tried, and gave the same state. */
  readonly #disputed = new Set<Offset>();
  #tail = new AbortController();
  #start: { readonly projection: Projection; readonly from: Start['from'] } | undefined;
  #head: Offset = ORIGIN;
  #foldedAt = 0;
  #caughtUpOnce = false;
  #failures = 0;
  #running: Promise<void> | undefined;

  constructor(deps: FoldDependencies) {
    this.graph = deps.log.graph;
    this.#deps = deps;
    this.#checkpoints = new Checkpoints(deps.snapshots, deps.logger, deps.metrics.snapshotDuration);
    this.#trimming = new Trimming(deps.log, deps.snapshots, deps.retention, this.#checkpoints, deps.logger);
  }

  run(): void {
    this.#running ??= this.#run();
  }

  /** Ends the tail, and saves what is not saved; what takes longer than `withinMs` is left. */
  async close(withinMs: number): Promise<void> {
    this.#stopping.abort();
    this.#tail.abort();
    await Promise.race([this.#end(), elapsed(withinMs)]);
  }

  async #end(): Promise<void> {
    await this.#running;
    if (this.projection !== undefined) await this.#checkpoints.save(this.projection);
  }

  /** The state; undefined while it is being restored, or where nothing says what it is. */
  get projection(): Projection | undefined {
    return this.#start === undefined || this.#start.from === 'unknown' ? undefined : this.#start.projection;
  }

  /** Why there is no state. */
  get unavailable(): string {
    return this.#start?.from === 'unknown'
      ? 'the beginning of the log is gone and no snapshot of it is left: waiting for a graph_reset'
      : 'the state is being restored';
  }

  /** Whether the fold has been at the head since it began. */
  get caughtUpOnce(): boolean {
    return this.#caughtUpOnce;
  }

  get head(): Offset {
    return this.#head;
  }

  get #cursor(): Offset {
    return this.#start?.projection.cursor ?? ORIGIN;
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

  /** True once the state holds everything up to an offset (which was judged to be in the log), false after `withinMs`. */
  async reaches(at: Offset, withinMs: number): Promise<boolean> {
    const { projection } = this;
    if (projection !== undefined && compareOffsets(projection.cursor, at) >= 0) return true;
    return this.#waiters.until(at, withinMs);
  }

  /** Resolves once there is a state; after `withinMs` whether or not there is. */
  async restored(withinMs: number): Promise<void> {
    await this.#waiters.until(ORIGIN, withinMs);
  }

  /** Drops the state and folds the log again from its beginning. */
  rebuild(): void {
    this.#tail.abort();
  }

  async #run(): Promise<void> {
    let reason: RefoldReason = 'start';
    while (!this.#stopping.signal.aborted) {
      this.#tail = new AbortController();
      try {
        if (this.#start === undefined) await this.#begin(reason);
        await this.#foldOn();
        if (this.#stopping.signal.aborted) return;
        reason = this.#drop('requested');
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
        this.#tail.abort();
      }
    }
  }

  #drop(reason: RefoldReason): RefoldReason {
    this.#start = undefined;
    this.#deps.metrics.refolds.inc({ graph: this.graph, reason });
    return reason;
  }

  async #begin(reason: RefoldReason): Promise<void> {
    const { log, snapshots, logger } = this.#deps;
    const began = performance.now();
    // A state that was wrong, or that somebody doubts, may be in the snapshots too: the log is the truth.
    const doubted = reason === 'diverged' || reason === 'requested';
    let start = doubted ? await fromTheBeginning(log) : await restore(log, snapshots);
    if (doubted && start.from === 'unknown') start = await restore(log, snapshots);
    const projection = await indexed(start);
    const { from } = start;
    this.#start = { projection, from };
    this.#checkpoints.startedAt(projection.cursor);
    if (from !== 'unknown') this.#waiters.reached(projection.cursor);
    const restored = { from, cursor: projection.cursor, nodes: projection.nodes.size, reason };
    if (from === 'unknown') logger.error(restored, this.unavailable);
    else logger.info({ ...restored, duration_ms: Math.round(performance.now() - began) }, 'folding');
  }

  async #foldOn(): Promise<void> {
    const { log, openBlocking, logger } = this.#deps;
    const turn = new Turn();
    const onState = (state: 'up' | 'down', error?: Error): void => {
      if (state === 'down') logger.warn({ err: error }, 'Redis is away; the state stays where it is');
      else logger.info('Redis is back');
    };
    for await (const next of follow(log, this.#cursor, { signal: this.#tail.signal, blocking: openBlocking(), onState })) {
      this.#failures = 0;
      this.#isolation.ended();
      this.#head = next.head;
      if (next.kind === 'batch') this.#fold(next.batch);
      if (this.#cursor === this.#head) this.#caughtUpOnce = true;
      const { projection } = this;
      if (projection !== undefined) {
        this.#checkpoints.consider(projection);
        this.#trimming.consider(projection);
      }
      await turn.shared();
    }
  }

  /** Folds a batch as one: no request ever sees half of it. */
  #fold(batch: Batch): void {
    const start = this.#start;
    if (start === undefined) return;
    const stop = this.#deps.metrics.applyDuration.startTimer();
    const { projection } = start;
    for (const json of sliceAfter(batch, projection.cursor).facts) this.#apply(projection, json, batch);
    projection.advance(batch.through, batch.digest);
    this.#foldedAt = batch.appendedAt;
    stop();
    if (this.projection !== undefined) this.#waiters.reached(batch.through);
  }

  #apply(projection: Projection, json: string, batch: Batch): void {
    const fact = decodeFact(json);
    if (fact instanceof MalformedFact) {
      // Stopping here would stop for good. Going on is safe: the next analysis_completed tells whether the state is right.
      this.#deps.metrics.malformed.inc({ graph: this.graph });
      this.#deps.logger.error({ err: fact, batch: batch.through }, 'left out what is not a fact');
      return;
    }
    if (this.#start?.from === 'unknown') {
      if (fact.event_type !== 'graph_reset') return;
      this.#start = { projection, from: 'log' };
    }
    shareStringsOfFact(fact, projection.state);
    projection.apply(fact);
    if (fact.event_type === 'analysis_completed') this.#compare(projection, fact);
  }

  /** The analysis says what the state must be by now. Where it is another, nothing that was folded can be trusted. */
  #compare(projection: Projection, { offset, data }: Extract<Fact, { event_type: 'analysis_completed' }>): void {
    if (data.state_digest === projection.digest || this.#disputed.has(offset)) return;
    this.#disputed.add(offset);
    this.#deps.metrics.divergences.inc({ graph: this.graph });
    this.#deps.logger.error(
      { offset, expected: data.state_digest, actual: projection.digest, nodes: projection.nodes.size },
      'the state differs from what the analysis says',
    );
    this.#start = undefined; // at once: no request may see the half-folded batch
    throw new StateDiverged();
  }
}

async function elapsed(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms).unref();
  await promise;
}

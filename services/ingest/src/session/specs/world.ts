import type { Job } from '@graphtail/log';
import { step } from '../machine.ts';
import { INITIAL, type Effect, type Event, type Session } from '../model.ts';

const BULK = 3;
/** More steps than a session needs to come to rest. A machine that takes more never comes to rest, which is a defect. */
const MANY = 500;

/** How a task ends: well, with an error, or `told`: an analysis has appended that it failed. */
export type End = 'well' | 'error' | 'told';

type Task = { readonly effect: Effect; cancelled: boolean };
type Versions = Map<string, number>;

/**
 * A session, with the simplest possible source, log and list of jobs: a file is only a version. The machine decides what the session
 * does. The spec decides when a task ends.
 */
export class World {
  readonly source: Versions = new Map();
  /** By path: the version that the log holds. */
  readonly said: Versions = new Map();
  /** Number of appended versions that the log held already. */
  repeats = 0;
  readonly faults: string[] = [];
  /** How often the watch was renewed. */
  renewals = 0;
  session: Session = INITIAL;
  readonly #view: Versions = new Map();
  readonly #read: Versions = new Map();
  readonly #handed: Versions = new Map();
  #jobs: Job[] = [];
  #task: Task | undefined;
  #isLooking = false;
  #ids = 0;

  constructor() {
    this.happen({ kind: 'started' });
  }

  get jobsLeft(): number {
    return this.#jobs.length;
  }

  get isResting(): boolean {
    return this.session.knowledge === 'resting';
  }

  get isInStep(): boolean {
    return [...this.source].every(([path, version]) => this.said.get(path) === version) && this.said.size === this.source.size;
  }

  /** @param reported whether the watcher notices */
  save(path: string, reported: boolean): void {
    this.source.set(path, (this.source.get(path) ?? 0) + 1);
    if (reported) this.happen({ kind: 'saved', paths: new Set([path]) });
  }

  remove(path: string, reported: boolean): void {
    this.source.delete(path);
    if (reported) this.happen({ kind: 'saved', paths: new Set([path]) });
  }

  request(force: boolean): void {
    this.#jobs.push({ analysis_id: String(this.#ids++), reason: 'requested', force, reset: false });
    this.happen({ kind: 'job_arrived' });
  }

  /** The log loses the facts about a path and begins a new epoch. */
  lose(path: string): void {
    this.said.delete(path);
    this.happen({ kind: 'epoch_stepped' });
  }

  /** The log's facts about a path become unreadable. The view does not notice that by itself. */
  damage(path: string): void {
    this.said.delete(path);
    this.happen({ kind: 'damage_found' });
  }

  happen(event: Event): void {
    const { session, effects } = step(this.session, event);
    this.session = session;
    for (const effect of effects) {
      if (effect.do === 'look') this.#isLooking = true;
      else if (effect.do === 'cancel') this.#cancel();
      else if (effect.do !== 'stop') this.#begin(effect);
    }
  }

  #begin(effect: Effect): void {
    if (this.#task !== undefined) this.faults.push(`${effect.do} began during ${this.#task.effect.do}`);
    if (effect.do === 'compare' && effect.renewWatch) this.renewals++;
    this.#task = { effect, cancelled: false };
  }

  #cancel(): void {
    if (this.#task?.effect.do !== 'analyse') this.faults.push('something else than an analysis was cancelled');
    else this.#task.cancelled = true;
  }

  /** Ends the look that is under way. */
  endLook(): void {
    if (!this.#isLooking) return;
    this.#isLooking = false;
    const outdated = this.source.size !== this.#read.size || [...this.source].some(([path, version]) => this.#read.get(path) !== version);
    this.happen({ kind: 'looked', outdated });
  }

  /** Ends the task that is under way. If it does not end well, it has appended only a share of the difference. */
  endTask(end: End = 'well', share = 1): void {
    const task = this.#task;
    if (task === undefined) return;
    const event = this.#end(task, end, share);
    this.#task = undefined;
    this.happen(event);
  }

  #end({ effect, cancelled }: Task, end: End, share: number): Event {
    const fails = end === 'error';
    if (effect.do === 'wait') return { kind: 'recovered' };
    if (effect.do === 'fetch_job') return fails ? { kind: 'failed', why: 'error' } : { kind: 'fetched', job: this.#jobs[0] };
    const isReloaded = this.#reload();
    const analysisId = String(this.#ids++);
    if (effect.do === 'fold') return fails ? { kind: 'failed', why: 'error' } : { kind: 'folded', result: { analysisId, reset: false } };
    if (isReloaded && effect.do !== 'compare') return { kind: 'failed', why: 'reloaded' };
    switch (effect.do) {
      case 'judge':
        return fails ? { kind: 'failed', why: 'error' } : { kind: 'judged' };
      case 'compare': {
        const touched = this.#lookAt([...this.source.keys(), ...this.#read.keys()]);
        const size = this.said.size === 0 || touched > BULK ? 'bulk' : 'appended';
        if (size === 'appended') this.#append(effect.everything || isReloaded, fails ? share : 1);
        const result = { touched, size, first: this.said.size === 0, owed: undefined, reset: false, analysisId } as const;
        return fails ? { kind: 'failed', why: 'error' } : { kind: 'compared', result };
      }
      case 'append': {
        const touched = this.#lookAt([...effect.paths]);
        const size = touched > BULK ? 'bulk' : 'appended';
        if (size === 'appended') this.#append(false, fails ? share : 1);
        return fails ? { kind: 'failed', why: 'error' } : { kind: 'appended', result: { size, analysisId } };
      }
      default: {
        this.#lookAt([...this.source.keys(), ...this.#read.keys()]);
        this.#append(true, end !== 'well' || cancelled ? share : 1);
        if (fails) return { kind: 'failed', why: 'error' };
        if (effect.do === 'analyse' && effect.requested) this.#jobs.shift();
        if (cancelled) return { kind: 'analysed', end: 'cancelled' };
        return { kind: 'analysed', end: end === 'told' ? 'failed' : 'completed' };
      }
    }
  }

  /** Folds the view again if it differs from the log. @returns whether it differed */
  #reload(): boolean {
    const isRight = this.#view.size === this.said.size && [...this.#view].every(([path, version]) => this.said.get(path) === version);
    if (isRight) return false;
    this.#view.clear();
    for (const [path, version] of this.said) this.#view.set(path, version);
    return true;
  }

  /** Reads files. @returns how many differ from the versions that were last handed over */
  #lookAt(paths: readonly string[]): number {
    for (const path of new Set(paths)) {
      const version = this.source.get(path);
      if (version === undefined) this.#read.delete(path);
      else this.#read.set(path, version);
    }
    return this.#touched().length;
  }

  #touched(): string[] {
    const paths = new Set([...this.#read.keys(), ...this.#handed.keys()]);
    return [...paths].filter((path) => this.#read.get(path) !== this.#handed.get(path));
  }

  /** Hands over the versions that were read, of all files or of touched ones, and appends a share of the difference to the log. */
  #append(everything: boolean, share: number): void {
    const paths = everything ? [...new Set([...this.#read.keys(), ...this.#handed.keys(), ...this.#view.keys()])] : this.#touched();
    for (const path of paths) set(this.#handed, path, this.#read.get(path));
    const differing = paths.filter((path) => this.#view.get(path) !== this.#read.get(path));
    for (const path of differing.slice(0, Math.floor(differing.length * share))) {
      if (this.said.get(path) === this.#read.get(path)) this.repeats++;
      set(this.said, path, this.#read.get(path));
      set(this.#view, path, this.#read.get(path));
    }
  }

  /** Ends tasks and looks until none is under way. */
  settle(): void {
    for (let steps = 0; steps < MANY; steps++) {
      if (this.#task !== undefined) this.endTask();
      else if (this.#isLooking) this.endLook();
      else return;
    }
    this.faults.push('the session never comes to rest');
  }

  settleAndLook(): void {
    this.settle();
    this.happen({ kind: 'look_due' });
    this.settle();
  }
}

function set(versions: Versions, path: string, version: number | undefined): void {
  if (version === undefined) versions.delete(path);
  else versions.set(path, version);
}

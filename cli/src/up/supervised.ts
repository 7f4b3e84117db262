import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { activityOf } from './activity.ts';
import { UserError } from '../user-error.ts';
import { Vigil } from './vigil.ts';

/** An event of a supervised process, to be shown to the user. */
export type SupervisedEvent =
  | { kind: 'ready'; again: boolean }
  /** `why`: what a person must mend, if that was found. */
  | { kind: 'ended'; how: string; restartInMs: number; why?: string }
  | { kind: 'unresponsive'; forMs: number }
  | { kind: 'mended'; what: string }
  | { kind: 'hindered'; why: string }
  | { kind: 'unhindered' }
  | { kind: 'gave_up'; how: string };

/** Why a process ended: a cause that is mended now, or one that a person must mend. */
export type Cause = { kind: 'mended'; what: string } | { kind: 'stays'; why: string };

/** Receives a process's signs of life. */
export type Pulse = {
  ready(): void;
  alive(): void;
  /** The process is alive but can't do its work, for this reason; undefined: it can. */
  hindered(why: string | undefined): void;
};

export type SupervisedOptions = {
  spawn(): Promise<ChildProcess>;
  /** Listens for the process's signs of life. Returns a function that stops listening. */
  listen(child: ChildProcess, pulse: Pulse): () => void;
  /**
   * Looks for the cause of an end and mends what it can, until `signal` is aborted. Returns undefined if it finds no cause.
   * @param wasReady whether the process was ready in the life that ended
   */
  findCause?(wasReady: boolean, signal: AbortSignal): Promise<Cause | undefined>;
  /** If a process that was ready hangs for longer than this, ms, it is killed and restarted. */
  silenceMs: number;
  onEvent(event: SupervisedEvent): void;
};

const TICK_MS = 500;
const START_WITHIN_MS = 60_000;
const BACKOFF = { baseMs: 200, maxMs: 5000 };
/** After running for this long, ms, earlier ends no longer count. */
const STEADY_MS = 10_000;
/** After this many ends in a row without ever being ready, the process is given up. */
const HOPELESS = 4;

/** Keeps one process alive: restarts it when it ends or hangs. If it ends soon after a start, there is a pause with jitter first. */
export class Supervised {
  readonly #options: SupervisedOptions;
  readonly #firstReady = Promise.withResolvers<void>();
  #child: ChildProcess | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();
  #attempt = 0;
  #wasReady = false;
  #restarts = 0;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    // If no caller waits for it, the rejection must not end the supervisor as an unhandled one.
    this.#firstReady.promise.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Resolves when the process is ready for the first time. @throws {UserError} with the cause of its end @throws if it kept ending */
  whenReady(): Promise<void> {
    return this.#firstReady.promise;
  }

  start(): void {
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const startedAt = Date.now();
      const { how, ready } = await this.#once();
      const cause = this.#stopping.signal.aborted ? undefined : await this.#causeOf(ready);
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - startedAt > STEADY_MS) this.#attempt = 0;
      const stays = cause?.kind === 'stays' ? cause.why : undefined;
      if (!this.#wasReady && (stays !== undefined || this.#attempt + 1 >= HOPELESS)) {
        this.#options.onEvent({ kind: 'gave_up', how: stays ?? how });
        this.#firstReady.reject(stays === undefined ? new Error(how) : new UserError(stays));
        return;
      }
      const pauseMs = this.#attempt === 0 && this.#wasReady ? 0 : Math.min(BACKOFF.maxMs, BACKOFF.baseMs * 2 ** this.#attempt);
      this.#attempt++;
      const restartInMs = Math.round(Math.random() * pauseMs);
      this.#restarts++;
      this.#options.onEvent(
        cause?.kind === 'mended' ? cause : { kind: 'ended', how, restartInMs, ...(stays !== undefined && { why: stays }) },
      );
      await wait(restartInMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #causeOf(wasReady: boolean): Promise<Cause | undefined> {
    try {
      return await this.#options.findCause?.(wasReady, this.#stopping.signal);
    } catch {
      return undefined; // stopped meanwhile, or no cause was found: how it ended must do
    }
  }

  /** One life of the process; resolves with how it ended. */
  async #once(): Promise<{ how: string; ready: boolean }> {
    let child: ChildProcess;
    try {
      child = await this.#options.spawn();
    } catch (error) {
      return { how: `could not be started: ${(error as Error).message}`, ready: false };
    }
    const ended = Promise.withResolvers<string>();
    child.once('exit', (code, signal) => ended.resolve(signal === null ? `ended with ${String(code)}` : `was ended by ${signal}`));
    child.once('error', (error) => ended.resolve(`could not be started: ${error.message}`));
    this.#child = child;
    if (this.#stopping.signal.aborted) child.kill('SIGKILL'); // stopped while it was starting
    const listening = this.#listen(child);
    const how = await ended.promise;
    listening.stop();
    this.#child = undefined;
    return { how, ready: listening.isReady() };
  }

  #listen(child: ChildProcess): { isReady(): boolean; stop(): void } {
    let lastTick = Date.now();
    const vigil = new Vigil(this.#options.silenceMs, () => (child.pid === undefined ? undefined : activityOf(child.pid)), lastTick);
    let ready = false;
    let hindrance: string | undefined;
    const stopListening = this.#options.listen(child, {
      alive: () => vigil.heard(Date.now()),
      ready: () => {
        vigil.heard(Date.now());
        if (ready) return;
        ready = true;
        this.#options.onEvent({ kind: 'ready', again: this.#wasReady });
        this.#wasReady = true;
        this.#firstReady.resolve();
      },
      hindered: (why) => {
        if (why === hindrance) return;
        hindrance = why;
        this.#options.onEvent(why === undefined ? { kind: 'unhindered' } : { kind: 'hindered', why });
      },
    });
    const watch = setInterval(() => {
      const now = Date.now();
      // The supervisor itself did not run (the machine slept, or is overloaded): signs of life wait in its queue.
      if (now - lastTick > 3 * TICK_MS) vigil.heard(now);
      lastTick = now;
      if (ready ? !vigil.hangs(now) : vigil.silence(now) <= START_WITHIN_MS) return;
      this.#options.onEvent({ kind: 'unresponsive', forMs: vigil.silence(now) });
      // A stuck event loop can't handle SIGTERM.
      child.kill('SIGKILL');
      vigil.heard(now);
    }, TICK_MS);
    return {
      isReady: () => ready,
      stop() {
        clearInterval(watch);
        stopListening();
      },
    };
  }

  /** Ends the process for good: SIGTERM, then SIGKILL if it has not ended within `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort();
    this.#child?.kill('SIGTERM');
    const late = setTimeout(() => this.#child?.kill('SIGKILL'), withinMs);
    await this.#running;
    clearTimeout(late);
  }

  /** Kills the process now, for good. */
  kill(): void {
    this.#stopping.abort();
    this.#child?.kill('SIGKILL');
  }
}

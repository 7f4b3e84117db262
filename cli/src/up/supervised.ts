import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { activityOf } from './activity.ts';
import { UserError } from '../user-error.ts';
import { Vigil } from './vigil.ts';

/** What happens to a supervised process, for the person at the terminal. */
export type SupervisedEvent =
  | { kind: 'ready'; again: boolean }
  /** `why`: what a person has to mend, if that was found. */
  | { kind: 'ended'; how: string; restartInMs: number; why?: string }
  | { kind: 'unresponsive'; forMs: number }
  | { kind: 'mended'; what: string }
  | { kind: 'hindered'; why: string }
  | { kind: 'unhindered' }
  | { kind: 'gave_up'; how: string };

/** Why a process ended: something that is mended now, or that a person has to mend. */
export type Cause = { kind: 'mended'; what: string } | { kind: 'stays'; why: string };

/** What a process shows of its life. */
export type Pulse = {
  ready(): void;
  alive(): void;
  /** It lives, but can't do its work, and why; undefined: it can. */
  hindered(why: string | undefined): void;
};

export type SupervisedOptions = {
  spawn(): Promise<ChildProcess>;
  /** Listens for the process's signs of life; the function given back stops that. */
  listen(child: ChildProcess, pulse: Pulse): () => void;
  /** Looks for the cause of an end, and mends what it can, until `signal`; undefined: none was found. `wasReady`: in the life that ended. */
  findCause?(wasReady: boolean, signal: AbortSignal): Promise<Cause | undefined>;
  /** If it hangs for longer than this, after it was ready, it is ended and started again. */
  silenceMs: number;
  onEvent(event: SupervisedEvent): void;
};

const TICK_MS = 500;
const START_WITHIN_MS = 60_000;
const BACKOFF = { baseMs: 200, maxMs: 5000 };
/** Running for this long forgives earlier ends. */
const STEADY_MS = 10_000;
/** Ends in a row before it was ever ready: then it is not bad luck. */
const HOPELESS = 4;

/** One process kept alive: started again when it ends or falls silent; after a pause with jitter, where it had been started a moment ago. */
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
    // Whoever never asks must not end the supervisor by a rejection nobody saw.
    this.#firstReady.promise.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Resolves when it is ready for the first time. @throws {UserError} with the cause of its end, or an error if it ended again and again */
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
      return undefined; // stopped meanwhile; or what it ended with has to do
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
    if (this.#stopping.signal.aborted) child.kill('SIGKILL'); // stopped while it was being started
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
      // This process itself did not run (the machine slept, or is overloaded): signs of life wait in its queue.
      if (now - lastTick > 3 * TICK_MS) vigil.heard(now);
      lastTick = now;
      if (ready ? !vigil.hangs(now) : vigil.silence(now) <= START_WITHIN_MS) return;
      this.#options.onEvent({ kind: 'unresponsive', forMs: vigil.silence(now) });
      // A stuck event loop can't answer a polite signal.
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

  /** Ends it for good: SIGTERM, and SIGKILL where it has not ended within `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort();
    this.#child?.kill('SIGTERM');
    const late = setTimeout(() => this.#child?.kill('SIGKILL'), withinMs);
    await this.#running;
    clearTimeout(late);
  }

  /** Ends it now. */
  kill(): void {
    this.#stopping.abort();
    this.#child?.kill('SIGKILL');
  }
}

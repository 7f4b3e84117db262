import type { Activity } from './activity.ts';

/** Of the time that is allowed to pass in silence: how much of it has passed when a process is looked at for the first time. */
const LOOK_AFTER = 0.3;
/** … and how much processor time without a sign of life means that it goes round in circles. */
const BUSY_FOR = 0.6;
/** … and how long a process that does nothing at all has to be seen so. */
const IDLE_FOR = 0.3;
/** Times that silence: after that it is no matter why. */
const AT_MOST = 12;

type Look = { readonly at: number; readonly cpuMs: number };

/**
 * Tells a process that hangs from one that is kept from running. Both are silent. One that hangs had the processor for long and
 * showed no sign of life, or wants none: it is stopped, or waits for something inside its event loop. One that has much to do shows
 * signs of life as it does it; on a machine with too few processors it may be silent for long, but has done little meanwhile.
 */
export class Vigil {
  readonly #silenceMs: number;
  readonly #look: () => Activity | undefined;
  #heardAt: number;
  /** The first look in this silence. */
  #first: Look | undefined;
  /** The look at which it was last seen to run, or to want to. */
  #active: Look | undefined;

  constructor(silenceMs: number, look: () => Activity | undefined, now: number) {
    this.#silenceMs = silenceMs;
    this.#look = look;
    this.#heardAt = now;
  }

  heard(now: number): void {
    this.#heardAt = now;
    this.#first = undefined;
    this.#active = undefined;
  }

  silence(now: number): number {
    return now - this.#heardAt;
  }

  /** Whether it hangs; to be asked several times a silence. */
  hangs(now: number): boolean {
    const silence = this.silence(now);
    if (silence < LOOK_AFTER * this.#silenceMs) return false;
    const activity = this.#look();
    if (activity === undefined) return silence > this.#silenceMs;
    const { cpuMs, isRunnable } = activity;
    this.#first ??= { at: now, cpuMs };
    if (this.#active === undefined || isRunnable || cpuMs !== this.#active.cpuMs) this.#active = { at: now, cpuMs };
    if (silence <= this.#silenceMs) return false;
    const wasBusy = cpuMs - this.#first.cpuMs >= BUSY_FOR * this.#silenceMs;
    const isIdle = now - this.#active.at >= IDLE_FOR * this.#silenceMs;
    return wasBusy || isIdle || silence > AT_MOST * this.#silenceMs;
  }
}

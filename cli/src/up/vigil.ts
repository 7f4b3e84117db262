import type { Activity } from './activity.ts';

/** Share of the allowed silence after which a process is looked at for the first time. */
const LOOK_AFTER = 0.3;
/** Share of the allowed silence: this much processor time without a sign of life means an endless loop. */
const BUSY_FOR = 0.6;
/** Share of the allowed silence: a silent process that is seen to do nothing for this long hangs. */
const IDLE_FOR = 0.3;
/** Multiple of the allowed silence after which a process counts as hanging, whatever the reason. */
const AT_MOST = 12;

type Look = { readonly at: number; readonly cpuMs: number };

/**
 * Tells a process that hangs from one that is kept from running. Both are silent. A process that hangs has used the processor for long
 * without a sign of life, or does not want it: it is stopped, or something blocks its event loop. A busy process shows signs of life as
 * it works. On a machine with too few processors, it may be silent for long, but has done little work meanwhile.
 */
export class Vigil {
  readonly #silenceMs: number;
  readonly #look: () => Activity | undefined;
  #heardAt: number;
  /** The first look at the process in this silence. */
  #first: Look | undefined;
  /** The look at which the process was last seen running, or waiting for a processor. */
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

  /** Whether the process hangs. Must be called several times within the allowed silence. */
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

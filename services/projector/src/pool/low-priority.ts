import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Gives a thread a third of the share of one that is not nice, where both want the same processor. */
const NICE = 5;

/**
 * Lets every other thread of the machine go first. Linux schedules threads, each with a nice value of its own; elsewhere nothing
 * happens. Called in the thread that it is about.
 */
export function yieldToOthers(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICE);
  } catch {
    // Not Linux, or not permitted: the thread competes like any other.
  }
}

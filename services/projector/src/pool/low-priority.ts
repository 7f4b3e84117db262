import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

const NICE = 10;

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

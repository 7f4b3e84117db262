import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** With this nice value, a thread gets a third of the share of a normal thread if both want the same processor. */
const NICE = 5;

/**
 * Lowers the priority of the calling thread, so that other threads of the machine go first. On Linux each thread has a nice
 * value of its own. On other systems this does nothing.
 */
export function yieldToOthers(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICE);
  } catch {
    // Not Linux, or not permitted: the thread competes like any other.
  }
}

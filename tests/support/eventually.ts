import { setTimeout as wait } from 'node:timers/promises';

/** Awaits a condition, looking every few milliseconds. @throws {Error} where it does not hold within `withinMs`. */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${String(withinMs)} ms: ${condition.toString()}`);
    await wait(5);
  }
}

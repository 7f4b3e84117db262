import type { Found } from './explore.ts';

/** What a search found, for people: one action a line. */
export function describe({ states, depth, complete, counterexample }: Found): string {
  const reach = complete ? 'all there are' : `${String(depth)} actions deep`;
  if (counterexample === undefined) return `${String(states)} states, ${reach}: nothing goes wrong`;
  const lines = counterexample.trace.map(({ action }, i) => `  ${String(i + 1)}. ${action}`);
  return [`after ${String(states)} states, ${counterexample.wrong}:`, ...lines].join('\n');
}

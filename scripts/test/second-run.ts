import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { counts } from './counts.ts';
import type { Command } from './run-command.ts';

/** What fast-check says of a counterexample, and the faults of states or deliveries that are not equal. */
const NO_CHANCE = /Property failed after|seed \d+: \d+ differences/;

/**
 * What runs the failed spec files once more: on a shared machine a spec of real processes may fail by chance, and a run of a quarter
 * of an hour is not lost to that. It is told where it happens.
 * @param output what the runner printed
 * @returns the same command with the spec files that the output names; `undefined` where nothing was counted as failed (a crash, lint,
 *   types), or what was found is no matter of chance: a counterexample of a property, a difference after a fault
 */
export function secondRun(command: Command, output: string): Command | undefined {
  const text = stripVTControlCharacters(output);
  if (command.specs !== true || counts(text).failed === 0 || NO_CHANCE.test(text)) return undefined;
  const files = [...text.matchAll(/file:\/\/(\/[^\s:()]+\.spec\.ts):\d+/g)].map((found) => relative(command.cwd ?? '', found[1]!));
  const specs = [...new Set(files)].sort();
  return specs.length === 0 ? undefined : { ...command, args: [...command.args.slice(0, -1), ...specs] };
}

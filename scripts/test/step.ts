import { availableParallelism } from 'node:os';
import { counts, type Counts } from './counts.ts';
import { runCommand, type Command } from './run-command.ts';
import { secondRun } from './second-run.ts';

/**
 * One step of `npm test`: commands, some of which run in parallel. Without commands there is nothing to do. It may provide missing
 * programs.
 */
export type Step = { title: string; commands: () => Promise<readonly Command[]> };

/** @property again specs that failed at first and passed in a second run */
export type Outcome = { title: string; seconds: number; ok: boolean; skipped: boolean; again: number } & Counts;

/** One more than the number of cores, because specs of servers wait as much as they work. */
const SIDE_BY_SIDE = Math.min(3, availableParallelism() + 1);

/** Runs a step, and resolves with its outcome. The output of a single command passes through; that of several is shown when each ends. */
export async function runStep({ title, commands }: Step): Promise<Outcome> {
  const started = performance.now();
  const waiting = [...(await commands())];
  const outcome: Outcome = { title, seconds: 0, ok: true, skipped: waiting.length === 0, again: 0, passed: 0, failed: 0 };
  const live = waiting.length === 1;
  const work = async (): Promise<void> => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
      const { code, output } = await runCommand(command, live);
      if (!live) process.stdout.write(`\n   ${command.title ?? ''}\n${output}`);
      const { passed, failed } = counts(output);
      const again = code === 0 ? undefined : secondRun(command, output);
      const passedAgain = again !== undefined && (await passes(again));
      outcome.passed += passedAgain ? passed + failed : passed;
      outcome.failed += passedAgain ? 0 : failed;
      outcome.again += passedAgain ? failed : 0;
      if (code !== 0 && !passedAgain) outcome.ok = false;
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  outcome.seconds = (performance.now() - started) / 1000;
  return outcome;
}

async function passes(again: Command): Promise<boolean> {
  console.log(`\n   once more, since a spec failed: ${again.args.slice(1).join(' ')}`);
  const { code } = await runCommand(again, true);
  return code === 0;
}

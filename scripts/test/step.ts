import { availableParallelism } from 'node:os';
import { counts, type Counts } from './counts.ts';
import { runCommand, type Command } from './run-command.ts';

/** One thing that `npm test` does: commands, of which some run side by side. None: there is nothing to do. May bring what is missing. */
export type Step = { title: string; commands: () => Promise<readonly Command[]> };

export type Outcome = { title: string; seconds: number; ok: boolean; skipped: boolean } & Counts;

/** One more than there are cores: specs of servers wait as much as they work. */
const SIDE_BY_SIDE = Math.min(3, availableParallelism() + 1);

/** Runs a step; resolves with how it went. One command's output passes through, that of several is shown as each ends. */
export async function runStep({ title, commands }: Step): Promise<Outcome> {
  const started = performance.now();
  const waiting = [...(await commands())];
  const outcome: Outcome = { title, seconds: 0, ok: true, skipped: waiting.length === 0, passed: 0, failed: 0 };
  const live = waiting.length === 1;
  const work = async (): Promise<void> => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
      const { code, output } = await runCommand(command, live);
      if (!live) process.stdout.write(`\n   ${command.title ?? ''}\n${output}`);
      const { passed, failed } = counts(output);
      outcome.passed += passed;
      outcome.failed += failed;
      if (code !== 0) outcome.ok = false;
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  outcome.seconds = (performance.now() - started) / 1000;
  return outcome;
}

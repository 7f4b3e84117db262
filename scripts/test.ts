import { NotProvided } from './provide/programs.ts';
import { ALL, UNIT } from './test/steps.ts';
import { runStep, type Outcome, type Step } from './test/step.ts';

/** `node scripts/test.ts` runs everything that CI runs, `node scripts/test.ts unit` the fast tier. The first failure ends the run with 1. */
async function main(only: string | undefined): Promise<void> {
  const steps = only === 'unit' ? [UNIT] : ALL;
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    console.log(`\n── ${step.title}`);
    const outcome = await attempt(step);
    outcomes.push(outcome);
    console.log(`── ${describe(outcome)}`);
    if (!outcome.ok) break;
  }
  summarise(outcomes);
  if (outcomes.some((outcome) => !outcome.ok)) process.exitCode = 1;
}

async function attempt(step: Step): Promise<Outcome> {
  try {
    return await runStep(step);
  } catch (error) {
    if (!(error instanceof NotProvided)) throw error;
    console.error(error.message);
    return { title: step.title, seconds: 0, ok: false, skipped: false, again: 0, passed: 0, failed: 0 };
  }
}

function describe({ title, seconds, ok, skipped, again, passed, failed }: Outcome): string {
  if (skipped) return `${title}: nothing there yet`;
  const specs = passed + failed > 0 ? `, ${String(passed)} passed, ${String(failed)} failed` : '';
  const secondRun = again > 0 ? ` (${String(again)} failed at first and passed in a second run)` : '';
  return `${title}: ${ok ? 'ok' : 'failed'} in ${seconds.toFixed(1)} s${specs}${secondRun}`;
}

/** The last line is for machines: `N passed, M failed`. A step that failed without counting (lint, types) counts as one. */
function summarise(outcomes: readonly Outcome[]): void {
  console.log('');
  for (const outcome of outcomes) console.log(`   ${describe(outcome)}`);
  const total = (pick: (outcome: Outcome) => number): number => outcomes.reduce((sum, outcome) => sum + pick(outcome), 0);
  const failed = total((outcome) => (outcome.ok ? outcome.failed : Math.max(outcome.failed, 1)));
  console.log(`\n${String(total((outcome) => outcome.passed))} passed, ${String(failed)} failed`);
}

// The commands are in groups of their own, which end with this process: see runCommand.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
await main(process.argv[2]);

import { parseArgs } from 'node:util';
import { provideRedis } from '../../scripts/provide/redis.ts';
import { MUTANTS } from './catalogue/index.ts';
import type { Mutant } from './mutant.ts';
import { MutantDoesNotFit, RepositoryCopy } from './repository-copy.ts';
import { runSpecs } from './run-specs.ts';

const AT_ONCE = 2;
/** Characters of the output of a run that did not get to its end. */
const SHOWN = 600;

type Verdict = { readonly mutant: string; readonly result: string; readonly by: string; readonly seconds: string };

/** `npm run mutants [-- --only NAME]`: every fault of the catalogue is to be noticed by its specs. Ends with 1 if one is not. */
async function main(only: string | undefined): Promise<void> {
  const mutants = only === undefined ? MUTANTS : MUTANTS.filter(({ name }) => name === only);
  if (mutants.length === 0) {
    console.error(`there is no mutant ${String(only)}; there are:\n${MUTANTS.map(({ name }) => name).join('\n')}`);
    process.exitCode = 1;
    return;
  }
  const started = performance.now();
  await provideRedis(console.log);
  const copies = await Promise.all(Array.from({ length: AT_ONCE }, () => RepositoryCopy.create()));
  try {
    if (!(await areGreen(copies, [...new Set(mutants.flatMap(({ noticedBy }) => noticedBy))]))) {
      process.exitCode = 1;
      return;
    }
    const verdicts = await shared(copies, mutants, judge);
    report(verdicts, (performance.now() - started) / 1000);
  } finally {
    for (const copy of copies) copy.remove();
  }
}

/** Each item is worked on in whichever copy is free; the results are in the order of the items. */
async function shared<Item, Result>(
  copies: readonly RepositoryCopy[],
  items: readonly Item[],
  work: (copy: RepositoryCopy, item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...items.entries()];
  await Promise.all(
    copies.map(async (copy) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next[0]] = await work(copy, next[1]);
    }),
  );
  return results;
}

/** Without a mutant the specs must pass, or a failure would prove nothing. */
async function areGreen(copies: readonly RepositoryCopy[], files: readonly string[]): Promise<boolean> {
  const runs = await shared(copies, files, async (copy, file) => ({ file, run: await runSpecs(copy, [file]) }));
  for (const { file, run } of runs) {
    if (run.kind !== 'green')
      console.log(`${file} fails without any mutant: ${run.kind === 'red' ? run.title : run.output.slice(0, SHOWN)}`);
  }
  const green = runs.every(({ run }) => run.kind === 'green');
  if (green) console.log(`${String(files.length)} spec files are green without a mutant`);
  return green;
}

async function judge(copy: RepositoryCopy, mutant: Mutant): Promise<Verdict> {
  const verdict = await judged(copy, mutant);
  console.log(`${verdict.result.padEnd(9)} ${verdict.mutant}`);
  return verdict;
}

async function judged(copy: RepositoryCopy, mutant: Mutant): Promise<Verdict> {
  const { name, noticedBy } = mutant;
  try {
    const run = await copy.mutated(mutant, () => runSpecs(copy, noticedBy));
    const seconds = run.seconds.toFixed(1);
    if (run.kind === 'red') return { mutant: name, result: 'killed', by: run.title, seconds };
    if (run.kind === 'green') return { mutant: name, result: 'SURVIVED', by: noticedBy.join(), seconds };
    return { mutant: name, result: 'BROKEN', by: run.output.slice(0, SHOWN).replaceAll('\n', ' '), seconds };
  } catch (error) {
    if (!(error instanceof MutantDoesNotFit)) throw error;
    return { mutant: name, result: 'BROKEN', by: error.message, seconds: '0.0' };
  }
}

function report(verdicts: readonly Verdict[], seconds: number): void {
  const width = Math.max(...verdicts.map(({ mutant }) => mutant.length));
  console.log('');
  for (const verdict of verdicts) {
    console.log(`${verdict.mutant.padEnd(width)}  ${verdict.result.padEnd(8)}  ${verdict.seconds.padStart(5)} s  ${verdict.by}`);
  }
  const killed = verdicts.filter(({ result }) => result === 'killed').length;
  console.log(`\n${String(killed)} of ${String(verdicts.length)} mutants killed in ${seconds.toFixed(0)} s`);
  if (killed < verdicts.length) process.exitCode = 1;
}

// The specs are in a process group of their own, and the copies are large: both go with this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
const { values } = parseArgs({ options: { only: { type: 'string' } } });
await main(values.only);

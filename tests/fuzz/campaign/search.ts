import fc from 'fast-check';
import type { Verdict } from '../oracle/judge-answer.ts';

/** Looking for the least that still fails ends after this long; what was found so far is reported. */
const SHRINK_MS = 15_000;

export type SearchOptions<Try> = {
  readonly tries: fc.Arbitrary<Try>;
  readonly seed: number;
  readonly runs: number;
  /** `performance.now()` at which no further try is begun. */
  readonly until: number;
  /** What was wrong, unless it is known already; the key says what it is a case of. */
  readonly attempt: (given: Try) => Promise<(Verdict & { readonly key: string }) | undefined>;
};

export type Found<Try> = { readonly least: Try; readonly verdict: Verdict & { readonly key: string } };

/** Tries things that a seed decides until one fails; then looks for the least that fails in the same way. */
export async function search<Try>({ tries, seed, runs, until, attempt }: SearchOptions<Try>): Promise<Found<Try> | undefined> {
  let found: Found<Try> | undefined;
  let shrinkUntil = Infinity;
  const property = fc.asyncProperty(tries, async (given) => {
    const now = performance.now();
    if (found === undefined ? now > until : now > shrinkUntil) return true;
    const verdict = await attempt(given);
    if (verdict === undefined) return true;
    if (found === undefined) shrinkUntil = performance.now() + SHRINK_MS;
    else if (verdict.key !== found.verdict.key) return true;
    found = { least: given, verdict };
    return false;
  });
  await fc.check(property, { seed, numRuns: runs });
  return found;
}

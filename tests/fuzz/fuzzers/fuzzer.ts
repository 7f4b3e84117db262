import type fc from 'fast-check';
import type { Verdict } from '../oracle/judge-answer.ts';
import type { Tally } from '../oracle/tally.ts';
import type { Product } from '../rig/product.ts';

/** What is tried against the product: how it is made up, done, and judged. */
export type Fuzzer<Try> = {
  readonly name: string;
  /** Seeded and shrinkable. */
  readonly tries: fc.Arbitrary<Try>;
  /** Kept cases: those that found something once. They come first. */
  readonly examples: readonly Try[];
  /** How many are under way at once. */
  readonly lanes: number;
  /** Does it, counts it, and says what was wrong with how the product took it. Bounded in time; never rejects. */
  readonly attempt: (given: Try, product: Product, tally: Tally) => Promise<Verdict | undefined>;
  /** What a finding is a case of, beside what went wrong. */
  readonly about: (given: Try) => string;
  /** How to do it again by hand. */
  readonly reproduce: (given: Try, product: Product) => string;
};

import { Random } from '../../faults/rig/random.ts';
import type { Fuzzer } from '../fuzzers/fuzzer.ts';
import { search } from './search.ts';
import type { SupervisedAttempts } from './supervised-attempts.ts';

/** A fuzzer, whatever it tries. */
export type Rounds = {
  examples(attempts: SupervisedAttempts): Promise<void>;
  /** Until `until`, by `performance.now()`. */
  fuzz(attempts: SupervisedAttempts, seed: number, until: number): Promise<void>;
};

const RUNS_A_ROUND = 60;

export function roundsOf<Try>(fuzzer: Fuzzer<Try>): Rounds {
  return {
    async examples(attempts) {
      const waiting = [...fuzzer.examples];
      const lane = async (): Promise<void> => {
        for (let given = waiting.shift(); given !== undefined; given = waiting.shift()) {
          const verdict = await attempts.make(fuzzer, given);
          if (verdict !== undefined) attempts.found(fuzzer, given, verdict);
        }
      };
      await Promise.all(Array.from({ length: fuzzer.lanes }, lane));
    },
    /** Rounds of tries, each by a seed of its own, in as many lanes as the fuzzer has. */
    async fuzz(attempts, seed, until) {
      const random = new Random(seed);
      const lane = async (): Promise<void> => {
        while (performance.now() < until && !attempts.isOver) {
          const attempt = (given: Try) => attempts.make(fuzzer, given);
          const found = await search({ tries: fuzzer.tries, seed: random.between(0, 2 ** 31), runs: RUNS_A_ROUND, until, attempt });
          if (found !== undefined) attempts.found(fuzzer, found.least, found.verdict);
        }
      };
      await Promise.all(Array.from({ length: fuzzer.lanes }, lane));
    },
  };
}

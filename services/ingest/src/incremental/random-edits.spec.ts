import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisThreads } from '@graphtail/analysis';
import fc from 'fast-check';
import { useLog } from '../../../../tests/support/use-log.ts';
import { EDITS, EDIT_KINDS } from './specs/edits.ts';
import { MIXED, chain } from './specs/mixed-code-base.ts';
import { SessionRig } from './specs/session-rig.ts';

const edit = fc.record({ kind: fc.constantFrom(...EDIT_KINDS), picks: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }) });
/** Edits of a step are made without waiting: the session meets them as they come. */
const steps = fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { minLength: 12, maxLength: 12, size: 'max' });

describe('After random edits of a code base in several languages, its configuration and its branches', () => {
  const context = useLog();
  let threads: AnalysisThreads;

  beforeAll(() => {
    threads = new AnalysisThreads({ workers: 1 });
  });
  afterAll(() => threads.close());

  it('the log equals a fresh analysis', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (bursts) => {
        const root = await mkdtemp(join(tmpdir(), 'graphtail-random-edits-'));
        const rig = new SessionRig({ root, redis: context.redis, threads, graph: `g${String(run++)}` });
        const { tree } = rig;
        try {
          await tree.git('init', '-q', '-b', 'main');
          await tree.writeAll([...MIXED, ...chain('many', 20)]);
          await tree.commitAll('start');
          await rig.inStep();
          for (const burst of bursts) {
            for (const { kind, picks } of burst) {
              let used = 0;
              await EDITS[kind](tree, (bound) => picks[used++ % picks.length]! % Math.max(1, bound));
            }
            await rig.inStep();
          }
        } finally {
          await rig.close();
          await rm(root, { recursive: true });
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
    expect(run).toBe(3);
  }, 120_000);
});

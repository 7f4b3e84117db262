import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisThreads } from '@graphtail/analysis';
import fc from 'fast-check';
import { useLog } from '../../../../tests/support/use-log.ts';
import { EDITS, EDIT_KINDS } from './specs/edits.ts';
import { MIXED, chain } from './specs/mixed-code-base.ts';
import { SessionRig } from './specs/session-rig.ts';
import { WorkTree } from './specs/work-tree.ts';

const edit = fc.record({ kind: fc.constantFrom(...EDIT_KINDS), picks: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }) });
const edits = fc.array(edit, { maxLength: 4 });
const lives = fc.array(fc.record({ down: edits, up: edits }), { minLength: 4, maxLength: 4, size: 'max' });

describe('After random edits while ingest is down, and others while it runs', () => {
  const context = useLog();
  let freshThreads: AnalysisThreads;

  beforeAll(() => {
    freshThreads = new AnalysisThreads({ workers: 1 });
  });
  afterAll(() => freshThreads.close());

  it('the log equals a fresh analysis, although ingest begins with what it knew before', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(lives, async (each) => {
        const home = await mkdtemp(join(tmpdir(), 'graphtail-restarts-'));
        const [root, cacheDir, graph] = [join(home, 'root'), join(home, 'cache'), `g${String(run++)}`];
        await mkdir(root);
        await mkdir(cacheDir);
        const tree = new WorkTree(root);
        const change = async (these: (typeof each)[number]['up']): Promise<void> => {
          for (const { kind, picks } of these) {
            let used = 0;
            await EDITS[kind](tree, (bound) => picks[used++ % picks.length]! % Math.max(1, bound));
          }
        };
        /** One process of ingest, which ends in good order after `work`. */
        const living = async (work: (rig: SessionRig) => Promise<void>): Promise<void> => {
          const threads = new AnalysisThreads({ workers: 1, cacheDir });
          const rig = new SessionRig({ root, redis: context.redis, threads, freshThreads, graph });
          try {
            await rig.inStep();
            await work(rig);
          } finally {
            await rig.close();
            await threads.close();
          }
        };
        try {
          await tree.git('init', '-q', '-b', 'main');
          await tree.writeAll([...MIXED, ...chain('many', 20)]);
          await tree.commitAll('start');
          await living(() => Promise.resolve());
          for (const { down, up } of each) {
            await change(down);
            await living(async (rig) => {
              await change(up);
              await rig.inStep();
            });
          }
        } finally {
          await rm(home, { recursive: true });
        }
      }),
      { numRuns: 2, endOnFailure: true },
    );
    expect(run).toBe(2);
  }, 120_000);
});

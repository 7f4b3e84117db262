import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORIGIN, emptyState, evolve, stateDigest, type AnalysisPhase, type Fact, type Offset } from '@graphtail/facts';
import { Jobs, decodeFacts } from '@graphtail/log';
import { createLogger, createRegistry } from '@graphtail/runtime';
import { eventually } from '../../../tests/support/eventually.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { ParserPool } from './analysis/index.ts';
import { GraphSession } from './graph-session.ts';
import { createMetrics } from './metrics.ts';

const FILES = 1_500;
const TIMEOUT_MS = 120_000;
const context = useLog();

describe('Cancelling', () => {
  let root: string;
  let pool: ParserPool;
  let session: GraphSession;
  let facts: Fact[];
  let cursor: Offset;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'graphtail-cancel-'));
    for (let folder = 0; folder < FILES / 50; folder++) await mkdir(join(root, `d${String(folder)}`));
    for (let i = 0; i < FILES; i++) {
      const members = Array.from({ length: 10 }, (_, m) => `  m${String(m)}(): number {\n    return this.m0() + ${String(i)};\n  }\n`);
      await writeFile(
        join(root, `d${String(Math.floor(i / 50))}`, `m${String(i)}.ts`),
        `export class C${String(i)} {\n${members.join('')}}\n`,
      );
    }
  });

  afterAll(() => rm(root, { recursive: true }));

  beforeEach(() => {
    [facts, cursor] = [[], ORIGIN];
    pool = new ParserPool({ workers: 1 });
    const [logger, metrics] = [createLogger('ingest', 'silent'), createMetrics(createRegistry())];
    const jobs = new Jobs(context.redis);
    session = new GraphSession({ graph: 'g', root, redis: context.redis, jobs, pool, metrics, logger, watch: true });
  });

  afterEach(async () => {
    await session.close();
    await pool.close();
  });

  async function read(): Promise<readonly Fact[]> {
    const { batches } = await context.log.readAfter(cursor, { entries: 1_000 });
    for (const batch of batches) facts.push(...decodeFacts(batch, cursor));
    cursor = batches.at(-1)?.through ?? cursor;
    return facts;
  }

  const told = async (type: Fact['event_type'], times = 1): Promise<boolean> =>
    (await read()).filter(({ event_type }) => event_type === type).length >= times;

  async function expectComplete(): Promise<void> {
    await eventually(() => told('analysis_completed'), TIMEOUT_MS);
    const state = (await read()).reduce(evolve, emptyState());
    const completed = facts.findLast((fact) => fact.event_type === 'analysis_completed');
    expect([state.anomalies, stateDigest(state)]).toEqual([0, completed!.data.state_digest]);
    expect(state.nodes.size).toBeGreaterThan(FILES * 12 - 1);
  }

  const phases: readonly (AnalysisPhase | 'from the start')[] = ['from the start', 'parsing', 'resolving', 'appending'];
  for (const phase of phases) {
    it(
      `an analysis (${phase}) ends it within a second; the log is sound, and the next analysis completes it`,
      async () => {
        session.start();
        if (phase !== 'from the start')
          await eventually(
            async () => (await read()).some((fact) => fact.event_type === 'analysis_progress' && fact.data.phase === phase),
            TIMEOUT_MS,
          );
        const began = performance.now();
        await eventually(() => {
          session.cancel();
          return told('analysis_cancelled');
        });
        expect(performance.now() - began).toBeLessThan(1_000);
        const state = (await read()).reduce(evolve, emptyState());
        expect(state.anomalies).toBe(0);
        expect(await told('analysis_completed')).toBeFalse();

        await new Jobs(context.redis).request('g', { analysis_id: 'again', reason: 'asked for', force: false, reset: false });
        session.jobArrived();
        await expectComplete();
      },
      TIMEOUT_MS,
    );
  }

  it(
    'leaves it at rest until a file is saved: then everything is brought in step',
    async () => {
      session.start();
      await eventually(async () => (await read()).some((fact) => fact.event_type === 'analysis_progress'), TIMEOUT_MS);
      await appendFile(join(root, 'd0', 'm1.ts'), '// saved while it ran\n');
      session.cancel();
      await eventually(() => told('analysis_cancelled'));
      await appendFile(join(root, 'd1', 'm60.ts'), 'export const saved = 1;\n');
      await expectComplete();
      expect((await read()).some(({ entity_id }) => entity_id === 'd1/m60.ts#saved')).toBeTrue();
    },
    TIMEOUT_MS,
  );
});

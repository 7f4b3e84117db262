import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisThreads } from '@graphtail/analysis';
import { ORIGIN, emptyState, evolve, stateDigest, type AnalysisPhase, type Fact, type Offset } from '@graphtail/facts';
import { Jobs, MAX_BATCH_FACTS, decodeFacts } from '@graphtail/log';
import { createLogger, createRegistry } from '@graphtail/runtime';
import { eventually } from '../../../tests/support/eventually.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { GraphSession } from './session/graph-session.ts';
import { createMetrics } from './metrics.ts';

const FILES = 600;
const TIMEOUT_MS = 120_000;
const context = useLog();

describe('cancelling', () => {
  let root: string;
  let threads: AnalysisThreads;
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
    threads = new AnalysisThreads({ workers: 1 });
    const [logger, metrics] = [createLogger('ingest', 'silent'), createMetrics(createRegistry())];
    const jobs = new Jobs(context.redis);
    session = new GraphSession({ graph: 'g', root, redis: context.redis, jobs, threads, metrics, logger, watch: true });
  });

  afterEach(async () => {
    await session.close();
    await threads.close();
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

  /** Cancels in the very moment in which the session sends what holds this text; gives back when that was. */
  function cancelOnSending(text: string): () => number {
    let cancelledAt = Infinity;
    const send = context.redis.sendCommand.bind(context.redis);
    spyOn(context.redis, 'sendCommand').and.callFake((command, ...rest) => {
      if (cancelledAt === Infinity && command.args.some((arg) => typeof arg === 'string' && arg.includes(text))) {
        cancelledAt = performance.now();
        session.cancel();
      }
      return send(command, ...rest);
    });
    return () => cancelledAt;
  }

  /** What is in the log is sound, and the next analysis adds what is missing. */
  async function expectToGoOn(): Promise<void> {
    expect((await read()).reduce(evolve, emptyState()).anomalies).toBe(0);
    expect(await told('analysis_completed')).toBeFalse();
    await new Jobs(context.redis).request('g', { analysis_id: 'again', reason: 'asked for', force: false, reset: false });
    session.jobArrived();
    await expectComplete();
  }

  it(
    'an analysis that has just begun ends it within a second; the log is sound, and the next analysis completes it',
    async () => {
      session.start();
      const began = performance.now();
      await eventually(() => {
        session.cancel();
        return told('analysis_cancelled');
      });
      expect(performance.now() - began).toBeLessThan(1_000);
      await expectToGoOn();
    },
    TIMEOUT_MS,
  );

  /** Facts of nodes that may be under way when an analysis is cancelled; all in all there are many times as many. */
  const UNDER_WAY: Readonly<Record<Exclude<AnalysisPhase, 'discovering'>, number>> = {
    parsing: 0,
    resolving: 0,
    appending: MAX_BATCH_FACTS * 6,
  };
  for (const [phase, underWay] of Object.entries(UNDER_WAY)) {
    it(
      `an analysis while ${phase} ends it within a second; the log is sound, and the next analysis completes it`,
      async () => {
        const cancelledAt = cancelOnSending(`"phase":"${phase}"`);
        session.start();
        await eventually(() => told('analysis_cancelled'), TIMEOUT_MS);
        expect(performance.now() - cancelledAt()).toBeLessThan(1_000);
        expect((await read()).filter(({ event_type }) => event_type === 'node_added').length).toBeLessThanOrEqual(underWay);
        await expectToGoOn();
      },
      TIMEOUT_MS,
    );
  }

  it(
    'is too late if the analysis is being completed: the log says only that it was completed',
    async () => {
      cancelOnSending('"event_type":"analysis_completed"');
      session.start();
      await expectComplete();
      expect(await told('analysis_cancelled')).toBeFalse();
    },
    TIMEOUT_MS,
  );

  it(
    'stops updates until a file is saved: then everything is updated',
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

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisThreads } from '@graphtail/analysis';
import { ORIGIN, emptyState, evolve, type Fact, type NewFact } from '@graphtail/facts';
import { Jobs, Snapshots, decodeFacts } from '@graphtail/log';
import { createLogger, createRegistry } from '@graphtail/runtime';
import { eventually } from '../../../../tests/support/eventually.ts';
import { producerFor } from '../../../../tests/support/log.ts';
import { useLog } from '../../../../tests/support/use-log.ts';
import { createMetrics } from '../metrics.ts';
import { GraphSession } from './graph-session.ts';

const context = useLog();
let root: string;
let away: string;
let threads: AnalysisThreads;
let session: GraphSession;
let registry: ReturnType<typeof createRegistry>;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graphtail-again-'));
  away = `${root}-away`;
  await writeFile(join(root, 'a.ts'), 'export function a() {}\n');
  threads = new AnalysisThreads({ workers: 1 });
  begin();
  await eventually(async () => (await facts()).at(-1)?.event_type === 'analysis_completed');
});

afterEach(async () => {
  await session.close();
  await threads.close();
  await Promise.all([root, away].map((folder) => rm(folder, { recursive: true, force: true })));
});

function begin(): void {
  registry = createRegistry();
  const options = { graph: 'g', root, redis: context.redis, jobs: new Jobs(context.redis), threads, watch: false };
  session = new GraphSession({ ...options, metrics: createMetrics(registry), logger: createLogger('ingest', 'silent') });
  session.start();
}

async function facts(): Promise<Fact[]> {
  const { batches } = await context.log.readAfter(ORIGIN, { entries: 1_000 });
  return batches.flatMap((batch) => decodeFacts(batch, batch.prev));
}

/** What the log says of analyses after so many facts, without progress. */
async function saidAfter(count: number): Promise<string[]> {
  const later = (await facts()).slice(count).filter(({ event_type }) => event_type !== 'analysis_progress');
  return later.map(({ event_type, data }) => ('reason' in data ? `${event_type}: ${data.reason}` : event_type));
}

async function saveSnapshot(): Promise<void> {
  const { head, digest } = await context.log.state();
  await new Snapshots(context.redis, context.log).save(head, digest, (await facts()).reduce(evolve, emptyState()));
}

async function loseRoot(): Promise<void> {
  await session.close();
  await rename(root, away);
  begin();
  await eventually(async () => (await facts()).at(-1)?.event_type === 'analysis_failed');
}

const BACK = ['analysis_started: the folder can be read again', 'analysis_completed: the folder can be read again'];

describe('A session that begins on a log', () => {
  for (const kept of ['all facts', 'a snapshot of them'] as const) {
    it(`analyses if the last analysis failed because the root could not be read, although no file differs: the log has ${kept}`, async () => {
      await loseRoot();
      await session.close();
      const count = (await facts()).length;
      if (kept === 'a snapshot of them') await saveSnapshot();
      await rename(away, root);
      begin();

      await eventually(async () => (await facts()).at(-1)?.event_type === 'analysis_completed');
      expect(await saidAfter(count)).toEqual(BACK);
    });

    it(`does not say a second time that its root can't be read: the log has ${kept}`, async () => {
      await loseRoot();
      await session.close();
      const count = (await facts()).length;
      if (kept === 'a snapshot of them') await saveSnapshot();
      begin();
      const failures = async () => (await registry.getSingleMetric('graphtail_ingest_failures_total')?.get())?.values[0]?.value ?? 0;
      await eventually(async () => (await failures()) >= 3); // it has looked again and again
      expect(await saidAfter(count)).toEqual([]);
      await rename(away, root);

      await eventually(async () => (await facts()).at(-1)?.event_type === 'analysis_completed');
      expect(await saidAfter(count)).toEqual(BACK);
    });
  }

  it('analyses if the last analysis was broken off, so that it does not look as if it went on', async () => {
    await session.close();
    const data = { analysis_id: 'broken', reason: 'asked', files_total: 1 };
    const started: NewFact = { event_type: 'analysis_started', entity_type: 'analysis', entity_id: 'broken', data };
    await (await producerFor(context.log)).append([[started]], () => undefined);
    const count = (await facts()).length;
    begin();

    await eventually(async () => (await facts()).at(-1)?.event_type === 'analysis_completed');
    const reason = 'the last analysis was not completed';
    expect(await saidAfter(count)).toEqual([`analysis_started: ${reason}`, `analysis_completed: ${reason}`]);
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { seqOf } from '@graphtail/facts';
import { GraphRegistry, Snapshots, connect, openLog, type FactLog } from '@graphtail/log';
import { restore } from '../services/projector/src/folding/restore.ts';
import { syntheticFacts } from '../services/projector/testing/synthetic-graph.ts';
import { eventually } from '../tests/support/eventually.ts';
import { producerFor } from '../tests/support/log.ts';
import { startRedis } from '../tests/support/redis.ts';
import type { FoldFigures } from './fold-process.ts';
import { alternately, measurement, type Measurement } from './measurement.ts';
import { serve } from './process-memory.ts';

const PROJECTOR = new URL('../services/projector/src/main.ts', import.meta.url);
/** Nodes of the graph; with their relationships, about a million entities. */
const NODES = 207_000;
const FOLDING = new URL('fold-process.ts', import.meta.url).pathname;
const ROUNDS = 3;
const SAVED_WITHIN_MS = 120_000;

/**
 * What it costs to fold a log of a million additions and to keep the state: the fold against reading and parsing the same log, the memory of
 * an entity against its text, and how long a projector takes to answer, from the stream and from a snapshot.
 */
export async function measureFold(): Promise<Measurement[]> {
  const redis = await startRedis();
  const connection = connect(redis.url);
  await new GraphRegistry(connection).add('fold', '/fold');
  const log = openLog(connection, 'fold');
  await appendSynthetic(log);
  const count = seqOf((await log.state()).head);
  const bytes = (await log.bounds()).bytes / count;
  const figures = { fold: [] as FoldFigures[], parse: [] as FoldFigures[] };
  const run = (what: 'fold' | 'parse') => async (): Promise<number> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', FOLDING, redis.url, 'fold', what]);
    const figure = JSON.parse(stdout) as FoldFigures;
    figures[what].push(figure);
    return count / (figure.ms / 1000);
  };
  const [folded, parsed] = await alternately(ROUNDS, run('fold'), run('parse'));
  const cpu = (what: 'fold' | 'parse'): number => (Math.min(...figures[what].map(({ cpuMs }) => cpuMs)) * 1000) / count;
  const snapshots = new Snapshots(connection, log);
  const up = async (): Promise<number> => {
    const began = performance.now();
    const projector = await serve(PROJECTOR, { GRAPHTAIL_REDIS_URL: redis.url, GRAPHTAIL_PORT: '0', GRAPHTAIL_LOG_LEVEL: 'error' });
    const stats = `http://127.0.0.1:${String(projector.port)}/api/graph/stats`;
    while ((await fetch(stats)).status !== 200);
    const took = performance.now() - began;
    const { head } = await log.state();
    await eventually(async () => (await snapshots.list()).includes(head), SAVED_WITHIN_MS);
    await projector.stop();
    return took;
  };
  const fromStream = await up();
  const fromSnapshot = await up();
  const began = performance.now();
  await restore(log, snapshots);
  const loaded = performance.now() - began;
  const saved = (await snapshots.manifests())[0]!.chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  connection.disconnect();
  await redis.stop();
  return [
    measurement('fold with everyday indexes', folded, 'facts/s', 'reading and parsing', parsed),
    measurement('… processor time', cpu('fold'), 'µs a fact', 'reading and parsing', cpu('parse')),
    measurement('memory of an entity', figures.fold[0]!.bytes / count, 'bytes', 'its fact', bytes),
    measurement('a snapshot', saved / count, 'bytes an entity', 'its fact', bytes),
    measurement('projector up, from the stream', fromStream, 'ms', 'reading and parsing', (count / parsed) * 1000),
    measurement('projector up, from a snapshot', fromSnapshot, 'ms', 'reading and parsing', (count / parsed) * 1000),
    measurement('… the state alone', loaded, 'ms', 'reading and parsing', (count / parsed) * 1000),
  ];
}

async function appendSynthetic(log: FactLog): Promise<void> {
  const producer = await producerFor(log);
  await producer.append(batchesOf(syntheticFacts(NODES)), () => undefined);
}

function* batchesOf<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let i = 0; i < items.length; i += 200) yield items.slice(i, i + 200);
}

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GraphRegistry, connect } from '@graphtail/log';
import { DEBOUNCE_MS } from '../services/ingest/src/watcher.ts';
import { WorkTree } from '../services/ingest/src/incremental/specs/work-tree.ts';
import { startRedis, type TestRedis } from '../tests/support/redis.ts';
import { Codegraph } from './codegraph.ts';
import { LogWatch } from './log-watch.ts';
import { figure, measurement, median, quantile, type Measurement } from './measurement.ts';
import { residentBytes, serve, type Served } from './process-memory.ts';

const INGEST = new URL('../services/ingest/src/main.ts', import.meta.url);
const HERE = new URL('..', import.meta.url).pathname;
const ROUNDS = 3;
/** Number of measurements of each kind. */
const EDITS = 40;
/** The watcher delays events that come faster than twice a second. */
const BETWEEN_MS = 600;
const ABSENT = 'codegraph is not there: give its program with --codegraph';
const MIB = 1024 * 1024;

export type AnalysisInput = {
  /** Folders with code; default: this repository. The last one is edited. */
  readonly checkouts: readonly string[];
  /** The program of @colbymchenry/codegraph, installed anywhere; without it there is no baseline. */
  readonly codegraph: string | undefined;
};

/** An ingest process for a fresh copy of a checkout, with an empty cache and an empty log. */
type Running = { readonly tree: WorkTree; readonly log: LogWatch; readonly served: Served; readonly ms: number; stop(): Promise<void> };

/**
 * From the start of an ingest process to `analysis_completed` in the log, and from a saved file to its facts in the log, against codegraph
 * on the same copy of the same checkout.
 */
export async function measureAnalysis({ checkouts, codegraph }: AnalysisInput): Promise<Measurement[]> {
  const redis = await startRedis();
  const baseline = codegraph === undefined ? undefined : new Codegraph(codegraph);
  const figures: Measurement[] = [];
  const sources = checkouts.length > 0 ? checkouts : [HERE];
  for (const source of sources) {
    const home = await mkdtemp(join(tmpdir(), 'graphtail-bench-'));
    const tree = await copyOf(source, join(home, basename(source)));
    figures.push(...(await cold(redis, tree, baseline)));
    if (source === sources.at(-1)) figures.push(...(await saves(redis, tree, baseline)));
    await rm(home, { recursive: true });
  }
  await redis.stop();
  return figures;
}

async function cold(redis: TestRedis, tree: WorkTree, baseline: Codegraph | undefined): Promise<Measurement[]> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  let [peak, theirPeak] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const running = await start(redis, tree);
    ours.push(running.ms);
    peak = Math.max(peak, residentBytes(running.served).peak);
    await running.stop();
    if (baseline === undefined) continue;
    const { ms, peakBytes } = await baseline.index(tree.root);
    theirs.push(ms);
    theirPeak = Math.max(theirPeak, peakBytes);
  }
  const [time, memory] = [`cold analysis of ${basename(tree.root)}`, '… its peak memory'];
  if (baseline === undefined) return [figure(time, median(ours), 'ms', ABSENT), figure(memory, peak / MIB, 'MiB', ABSENT)];
  return [
    measurement(time, median(ours), 'ms', 'codegraph init', median(theirs)),
    measurement(memory, peak / MIB, 'MiB', 'codegraph init', theirPeak / MIB),
  ];
}

async function saves(redis: TestRedis, tree: WorkTree, baseline: Codegraph | undefined): Promise<Measurement[]> {
  const running = await start(redis, tree);
  const figures: Measurement[] = [];
  await baseline?.index(tree.root);
  const { leaf, hot } = await running.log.busiest();
  for (const [kind, path, edited] of [
    ['a leaf', leaf.path, (text: string, i: number) => `${text}\n// ${String(i)}\n`],
    ['a hot file', hot.path, (text: string, i: number) => `// ${String(i)}\n${text}\n`],
    ['a hot export renamed', hot.path, (text: string, i: number) => (i % 2 === 0 ? renamed(text, hot.name) : text)],
  ] as const) {
    const text = await tree.read(path);
    const [took, theirs]: [number[], number[]] = [[], []];
    let facts = 0;
    for (let edit = 0; edit < EDITS; edit++) {
      await wait(BETWEEN_MS + Math.random() * 100);
      const quiet = running.log.nextBurst();
      const saved = performance.now();
      await tree.write(path, edited(text, edit));
      const burst = await quiet;
      took.push(burst.at - saved - DEBOUNCE_MS);
      facts = Math.max(facts, burst.facts);
      if (baseline !== undefined && edit < ROUNDS) theirs.push(await baseline.sync(tree.root));
    }
    await tree.write(path, text);
    for (const [name, q] of [
      ['p50', 0.5],
      ['p95', 0.95],
    ] as const) {
      const title = `save of ${kind} (${String(facts)} facts), ${name} beyond the debounce`;
      if (baseline === undefined) figures.push(figure(title, quantile(took, q), 'ms', ABSENT));
      else figures.push(measurement(title, quantile(took, q), 'ms', 'codegraph sync, its own word', median(theirs)));
    }
  }
  await running.stop();
  return figures;
}

function renamed(text: string, name: string): string {
  return text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}Renamed`);
}

async function start(redis: TestRedis, tree: WorkTree): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'graphtail-bench-data-'));
  const connection = connect(redis.url);
  await connection.flushall();
  await new GraphRegistry(connection).add('bench', tree.root);
  const log = new LogWatch(redis.url, 'bench');
  const began = performance.now();
  const env = { GRAPHTAIL_REDIS_URL: redis.url, GRAPHTAIL_PORT: '0', GRAPHTAIL_DATA_DIR: dataDir, GRAPHTAIL_LOG_LEVEL: 'error' };
  const serving = serve(INGEST, env);
  const ms = (await log.completed) - began;
  const served = await serving;
  return {
    tree,
    log,
    served,
    ms,
    async stop() {
      await served.stop();
      log.close();
      connection.disconnect();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A copy that may be edited, as a repository of its own, since tools ask git what belongs to it. */
async function copyOf(source: string, target: string): Promise<WorkTree> {
  await cp(source, target, { recursive: true, filter: (path) => !/(^|\/)(\.git|node_modules|\.codegraph)$/.test(path) });
  const tree = new WorkTree(target);
  await tree.git('init', '-q');
  await tree.commitAll('start');
  return tree;
}

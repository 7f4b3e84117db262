/**
 * Edits a copy of a checkout at random for a while, a session following it into a real log, and proves after each burst of edits that the
 * log says what a fresh analysis says.
 *
 * node bench/drift.ts CHECKOUT [--minutes N] [--seed N] [--burst N]
 *
 * The first difference ends it with 1, with the edits that led there; the copy is then kept to look at.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AnalysisThreads } from '@graphtail/analysis';
import { connect } from '@graphtail/log';
import { EDITS, EDIT_KINDS, type Pick } from '../services/ingest/src/incremental/specs/edits.ts';
import { SessionRig } from '../services/ingest/src/incremental/specs/session-rig.ts';
import { WorkTree } from '../services/ingest/src/incremental/specs/work-tree.ts';
import { startRedis } from '../tests/support/redis.ts';
import { quantile } from './measurement.ts';

const LOOK_MS = 20_000;
/** Changes that take longer were not reported by the watcher but found by a comparison. */
const LATE_MS = 10_000;
const WITHIN_MS = 90_000;

const options = { minutes: { type: 'string' }, seed: { type: 'string' }, burst: { type: 'string' } } as const;
const { values, positionals } = parseArgs({ allowPositionals: true, options });
const [checkout] = positionals;
if (checkout === undefined) {
  console.error('usage: node bench/drift.ts CHECKOUT [--minutes N] [--seed N] [--burst N]');
  process.exitCode = 2;
} else await main(resolve(checkout), Number(values.minutes ?? 10), Number(values.seed ?? Date.now() % 1e6), Number(values.burst ?? 4));

async function main(source: string, minutes: number, seed: number, burst: number): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'graphtail-drift-'));
  const tree = new WorkTree(join(home, basename(source)));
  await cp(source, tree.root, { recursive: true, filter: (path) => !/(^|\/)(\.git|node_modules)$/.test(path) });
  await tree.git('init', '-q');
  await tree.commitAll('start');
  await tree.git('tag', 'start');
  await mkdir(join(home, 'cache'));
  const server = await startRedis();
  const redis = connect(server.url);
  const threads = new AnalysisThreads({ workers: 2, cacheDir: join(home, 'cache') });
  const rig = new SessionRig({ root: tree.root, redis, threads, lookMs: LOOK_MS });
  const pick = pickerFrom(seed);
  const tookMs: number[] = [];
  let [edits, recent]: [number, string[]] = [0, []];
  console.log(`seed ${String(seed)}, ${tree.root}`);
  try {
    await rig.inStep(WITHIN_MS);
    for (const ends = performance.now() + minutes * 60_000; performance.now() < ends;) {
      recent = [];
      for (let left = 1 + pick(burst); left > 0; left--) {
        const kind = EDIT_KINDS[pick(EDIT_KINDS.length)]!;
        recent.push(kind);
        await EDITS[kind](tree, pick);
        edits++;
      }
      if (tree.files().length < 20) await tree.git('checkout', '-q', '-f', '-B', 'past', 'start');
      const ms = await rig.inStep(WITHIN_MS);
      if (ms > LATE_MS) console.log(`${ms.toFixed(0)} ms after ${recent.join(', ')}`);
      tookMs.push(ms);
    }
    const late = tookMs.filter((ms) => ms > LATE_MS).length;
    console.log(`${String(edits)} edits in ${String(tookMs.length)} bursts, ${String(rig.fold.facts.length)} facts; no difference`);
    const [p50, p95] = [quantile(tookMs, 0.5).toFixed(0), quantile(tookMs, 0.95).toFixed(0)];
    console.log(`in step ${p50} ms (p50), ${p95} ms (p95) after the fresh analysis was done; ${String(late)} found late`);
    await rm(home, { recursive: true, force: true });
  } catch (error) {
    console.error(`seed ${String(seed)}, edit ${String(edits)}, after ${recent.join(', ')}:`, error);
    process.exitCode = 1;
  } finally {
    await rig.close();
    await threads.close();
    redis.disconnect();
    await server.stop();
  }
}

/** A linear congruential generator: the same seed makes the same edits of the same checkout. */
function pickerFrom(seed: number): Pick {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

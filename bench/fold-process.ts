/**
 * Reads a log in a process of its own, so that nothing else is on its heap, and prints its figures as JSON: `parse` parses each fact and keeps
 * nothing, `fold` keeps the state with the indexes that a projector begins with.
 */
import { ORIGIN, type Lanes } from '@graphtail/facts';
import { connect, openLog, sliceAfter, type FactLog } from '@graphtail/log';
import { foldForward } from '../services/projector/src/folding/fold-forward.ts';
import { fromTheBeginning } from '../services/projector/src/folding/restore.ts';
import { Projection } from '../services/projector/src/projection/projection.ts';

export type FoldFigures = { readonly ms: number; readonly cpuMs: number; readonly bytes: number };

const EVERYDAY = ['adjacency', 'degrees', 'census', 'categories'] as const;
const [url, graph, what] = process.argv.slice(2) as [string, string, string];
const redis = connect(url);
const log = openLog(redis, graph);
await log.state();
const before = usedBytes();
const cpu = process.cpuUsage();
const began = performance.now();
const kept = what === 'fold' ? await fold(log) : await parse(log);
const ms = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
const figures: FoldFigures = { ms, cpuMs: (user + system) / 1000, bytes: usedBytes() - before };
console.log(JSON.stringify({ ...figures, kept: typeof kept }));
redis.disconnect();

async function fold(from: FactLog): Promise<Projection> {
  const { head } = await from.state();
  const { state, cursor, runningDigest } = await foldForward(from, await fromTheBeginning(from), head);
  const projection = new Projection(state, cursor, runningDigest);
  for (const _ of projection.prepare(EVERYDAY, Infinity));
  return projection;
}

async function parse(from: FactLog): Promise<number> {
  let [cursor, facts] = [ORIGIN, 0];
  let base: Lanes | undefined;
  for (;;) {
    const page = await from.readAfter(cursor, { base });
    for (const batch of page.batches) {
      for (const json of sliceAfter(batch, cursor).facts) if (JSON.parse(json) !== null) facts++;
      cursor = batch.through;
    }
    if (page.caughtUp) return facts;
    base = page.digest;
  }
}

/** Heap and external bytes that are reachable. */
function usedBytes(): number {
  gc!();
  gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

import { contextOf, spend, withProjector, withServer, wrong } from './change.ts';
import { contentsTo, type Entry, type Snapshot } from './data.ts';
import { check, commits, newestFirst, prune, refusesAll, trim, verdict } from './functions.ts';
import { ORIGIN, seqOf } from './offsets.ts';
import { entriesAfter, isContiguous, readAfter, sliceAfter } from './reading.ts';
import type { Rules } from './rules.ts';
import type { Bounds, Step } from './scenario.ts';
import type { World } from './world.ts';

/** Three in the real one; two need fewer actions to show what happens to older ones. */
const KEPT = 2;

/** The projector: it folds, saves and trims. */
export function* projecting(world: World, rules: Rules, bounds: Bounds): Generator<Step> {
  if (!bounds.projector) return;
  const { at, cursor, unknown } = world.projector;
  const folded = fold(world, rules);
  if (folded !== world) yield { action: 'the projector folds a page', world: folded };
  const woken = wake(world, rules);
  if (woken !== world) yield { action: 'the projector’s blocked read wakes', world: woken };
  if (at !== world.master) yield { action: 'the projector finds the master', world: withProjector(world, { at: world.master }) };
  if (world.spent.saves < bounds.saves && !unknown && cursor !== ORIGIN && isMaster(world, rules) && !isSaved(world, rules))
    yield { action: 'the projector saves a snapshot', world: save(world, rules) };
  if (world.spent.trims >= bounds.trims || !isMaster(world, rules)) return;
  const { data } = world.servers[at];
  for (const { id } of data.stream.slice(0, -1)) {
    const trimmed = trimTo(world, rules, id);
    if (trimmed.servers !== world.servers) yield { action: `the log is trimmed through #${String(seqOf(id))}`, world: trimmed };
  }
}

function isMaster(world: World, rules: Rules): boolean {
  const host = world.servers[world.projector.at];
  return host.role === 'master' && !refusesAll(contextOf(world, rules), host);
}

function isSaved(world: World, rules: Rules): boolean {
  return snapshotsOf(world, rules).some(({ asOf }) => asOf === world.projector.cursor);
}

function snapshotsOf(world: World, rules: Rules): readonly Snapshot[] {
  return rules.snapshotsLieWithTheLog ? world.servers[world.projector.at].data.snapshots : world.files;
}

function fold(world: World, rules: Rules): World {
  const { at, cursor } = world.projector;
  const context = contextOf(world, rules);
  const { server, read } = readAfter(context, world.servers[at], cursor);
  const next = withServer(world, at, server);
  if (read.kind === 'not master') return withProjector(next, { at: world.master });
  if (read.kind === 'stuck') return wrong(next, 'a reader is neither caught up nor told');
  if (read.kind === 'refused') return read.refusal.verdict.code === 'CURSOR_IN_FUTURE' && at !== world.master ? next : restart(next, rules);
  return read.kind === 'page' ? foldAll(next, rules, read.batches) : next;
}

/** A blocked read needs no judging where what it brings continues the cursor. */
function wake(world: World, rules: Rules): World {
  const { at, cursor } = world.projector;
  const batches = entriesAfter(world.servers[at], cursor);
  return rules.wokenChecksPrev && !isContiguous(rules, batches, cursor) ? world : foldAll(world, rules, batches);
}

function foldAll(world: World, rules: Rules, batches: readonly Entry[]): World {
  let { cursor, facts } = world.projector;
  for (const batch of batches) {
    facts = [...facts, ...sliceAfter(rules, batch, cursor).contents];
    cursor = batch.id;
  }
  return batches.length === 0 ? world : withProjector(world, { cursor, facts });
}

/** From the newest snapshot that still holds, else from the log's beginning; where that is gone, the state is unknown. */
function restart(world: World, rules: Rules): World {
  const context = contextOf(world, rules);
  const { data } = world.servers[world.projector.at];
  const found = newestFirst(snapshotsOf(world, rules)).find(({ asOf }) => verdict(context, data, asOf).code === 'holds');
  if (found !== undefined) return withProjector(world, { cursor: found.asOf, facts: found.facts, unknown: false });
  const { floor } = data.meta!;
  return withProjector(world, { cursor: floor, facts: contentsTo(data, seqOf(floor)), unknown: seqOf(floor) > 0 });
}

function save(world: World, rules: Rules): World {
  const { at, cursor, facts } = world.projector;
  const context = contextOf(world, rules);
  const server = check(context, world.servers[at]);
  const snapshot: Snapshot = { asOf: cursor, facts };
  const spent = spend(withServer(world, at, server), 'saves');
  if (!commits(context, server, snapshot)) return spent;
  const others = snapshotsOf(spent, rules).filter(({ asOf }) => asOf !== cursor);
  const kept = prune(context, server.data, [...others, snapshot], KEPT);
  if (!rules.snapshotsLieWithTheLog) return { ...spent, files: kept };
  const saved = withServer(spent, at, { ...server, data: { ...server.data, snapshots: kept } });
  const newer = others.filter(({ asOf }) => seqOf(asOf) > seqOf(cursor) && verdict(context, server.data, asOf).code === 'holds');
  return kept.includes(snapshot) || newer.length >= KEPT ? saved : wrong(saved, 'a snapshot that was saved is not kept');
}

function trimTo(world: World, rules: Rules, through: number): World {
  const { at } = world.projector;
  const context = contextOf(world, rules);
  const before = check(context, world.servers[at]);
  const retried = world.producers.flatMap(({ sent }) => sent.map((one) => seqOf(one.through)));
  const snapshots = snapshotsOf(world, rules);
  const server = trim(context, before, through, snapshots, retried);
  const holding = (data: typeof server.data): number =>
    snapshots.filter(({ asOf }) => verdict(context, data, asOf).code === 'holds').length;
  const trimmed = spend(withServer(world, at, server), 'trims');
  return Math.min(2, holding(before.data)) > holding(server.data)
    ? wrong(trimmed, 'trimming takes what the second-newest snapshot needs')
    : trimmed;
}

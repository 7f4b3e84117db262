import { contextOf } from './change.ts';
import { sameContents, contentsTo, type Data } from './data.ts';
import { check, verdict, type Context } from './functions.ts';
import { ORIGIN, offsetOf, seqOf } from './offsets.ts';
import type { Rules } from './rules.ts';
import type { Bounds } from './scenario.ts';
import type { World } from './world.ts';

const HIGHEST_SEQ = 7;

/** What is wrong with a world, if anything. Cursors are judged by the true master, as it would judge them now. */
export function whatIsWrong(world: World, rules: Rules, bounds: Bounds): string | null {
  if (world.wrong !== null) return world.wrong;
  const context = contextOf(world, rules);
  const { data } = check(context, world.servers[world.master]);
  return (
    streamIsBroken(data) ??
    wrongVerdict(world, context, data, bounds) ??
    wrongFold(world, context, data, bounds) ??
    wrongSnapshot(world, context, data, rules)
  );
}

function streamIsBroken({ stream, meta, facts }: Data): string | null {
  const { floor, head } = meta!;
  const prevs = [floor, ...stream.map(({ id }) => id)];
  if (stream.some(({ prev }, i) => prev !== prevs[i]) || (stream.at(-1)?.id ?? floor) !== head) return 'the log has a gap';
  if (new Set(facts.map(({ content }) => content)).size < facts.length) return 'a fact is in the log twice';
  return facts.every(({ offset }, i) => seqOf(offset) === i + 1) ? null : 'offsets do not go up by one';
}

/** A cursor holds where, and only where, it is a place in the log with everything after it there. */
function wrongVerdict({ written, opened }: World, context: Context, data: Data, { madeUp }: Bounds): string | null {
  const holds = (offset: number): boolean => verdict(context, data, offset).code === 'holds';
  const { meta, facts, deleted } = data;
  for (const { offset, content } of written) {
    const there = facts[seqOf(offset) - 1];
    if (holds(offset) && (there?.offset !== offset || there.content !== content))
      return 'a cursor holds in a log that has other facts up to it';
  }
  for (const epoch of madeUp ? opened : []) {
    for (let seq = 1; seq <= HIGHEST_SEQ; seq++) {
      const offset = offsetOf(epoch, seq);
      if (holds(offset) && facts[seq - 1]?.offset !== offset) return 'a made-up cursor holds that is no place in the log';
    }
  }
  const floor = seqOf(meta!.floor);
  if (floor > 0 && holds(ORIGIN)) return 'a cursor holds after which facts are missing';
  for (const { offset } of facts) {
    if (seqOf(offset) < floor) {
      if (holds(offset)) return 'a cursor holds after which facts are missing';
    } else if (seqOf(offset) > deleted && !holds(offset)) return 'a cursor is refused that is a place in the log';
  }
  return null;
}

function wrongFold({ feed, projector, producers }: World, context: Context, data: Data, bounds: Bounds): string | null {
  const holds = (offset: number): boolean => verdict(context, data, offset).code === 'holds';
  const { start, cursor, facts } = feed.subscriber;
  if (bounds.subscriber && holds(cursor) && !sameContents(facts, contentsTo(data, seqOf(cursor)).slice(seqOf(start))))
    return 'a subscriber goes on from a cursor and has other facts than the log';
  if (
    bounds.projector &&
    !projector.unknown &&
    holds(projector.cursor) &&
    !sameContents(projector.facts, contentsTo(data, seqOf(projector.cursor)))
  )
    return 'a projector goes on from a checkpoint and has another state than the log';
  for (const { head, view } of producers)
    if (holds(head) && !sameContents(view, contentsTo(data, seqOf(head))))
      return 'a producer goes on from a place and has another view than the log';
  return null;
}

function wrongSnapshot({ files }: World, context: Context, data: Data, rules: Rules): string | null {
  const snapshots = rules.snapshotsLieWithTheLog ? data.snapshots : files;
  const holding = snapshots.filter(({ asOf }) => verdict(context, data, asOf).code === 'holds');
  if (holding.some(({ asOf, facts }) => !sameContents(facts, contentsTo(data, seqOf(asOf)))))
    return 'a snapshot holds that is not the fold of the log';
  const trimmed = seqOf(data.meta!.floor) > data.deleted;
  return trimmed && holding.length === 0 ? 'a trimmed log can not be rebuilt' : null;
}

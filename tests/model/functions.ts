import { NO_BATCH, contentsTo, sameContents, type Data, type Entry, type Epoch, type Meta, type Snapshot } from './data.ts';
import { ORIGIN, epochNumber, epochOf, offsetOf, secondOf, seqOf } from './offsets.ts';
import type { Rules } from './rules.ts';

/** packages/log/src/functions.lua, function by function, on a server's data. */
export type Server = {
  readonly data: Data;
  readonly role: 'master' | 'replica';
  readonly run: number;
  readonly replid: number;
  /** The newest epoch that this process opened. */
  readonly openedHere: number;
};

export type Context = { readonly rules: Rules; readonly clock: number };

export type Request = {
  readonly expectedHead: number;
  readonly expectedBatch: number;
  readonly batch: number;
  readonly through: number;
  readonly count: number;
};

export type Code = 'holds' | 'STREAM_REPLACED' | 'LOG_TRUNCATED' | 'CURSOR_IN_FUTURE' | 'CURSOR_TOO_OLD';
export type Verdict = { readonly code: Code; readonly divergedAt?: number };

export function refusesAll({ rules }: Context, server: Server): boolean {
  return rules.refuseUnlessMaster && server.role !== 'master';
}

export function isCurrent({ rules }: Context, { data, run, replid }: Server): boolean {
  const { meta, stream, epochs } = data;
  if (meta === null) return false;
  if (rules.stepOnUnlisted && !epochs.some(({ epoch }) => epoch === meta.epoch)) return false;
  if (rules.stepOnServerIds && meta.run !== run) return false;
  if (rules.stepOnServerIds && rules.stepOnReplid && meta.replid !== replid) return false;
  return !rules.stepOnEntries || stream.length === meta.entries;
}

function reconciled({ rules }: Context, { meta, stream }: Data): Pick<Meta, 'head' | 'headBatch' | 'floor' | 'entries'> {
  const last = stream.at(-1);
  const entries = stream.length;
  if (last !== undefined && (rules.reconcileFromStream || meta?.head === last.id))
    return { head: last.id, headBatch: last.batch, floor: stream[0]!.prev, entries };
  const head = meta?.head ?? ORIGIN;
  return { head, headBatch: meta?.headBatch ?? NO_BATCH, floor: last === undefined ? head : (meta?.floor ?? ORIGIN), entries };
}

/** Without what a restart brought back late: epochs that others contradict, batches past the end of their epoch. */
function withoutRevenants({ rules }: Context, data: Data): Data {
  const { meta } = data;
  let epochs = data.epochs;
  if (rules.contradictedIsUnlisted) {
    const kept: Epoch[] = [];
    for (const one of epochs.toReversed()) {
      const later = kept[0]?.prev;
      const isPassed = later !== undefined && epochOf(later) < one.epoch && seqOf(later) > seqOf(one.prev);
      if (!isPassed && (meta === null || one.epoch <= meta.epoch)) kept.unshift(one);
    }
    if (kept.length < epochs.length) epochs = kept;
  }
  const isOver = ({ id }: Entry): boolean =>
    epochs.some(({ epoch }) => epoch === epochOf(id)) && epochs.some(({ epoch, prev }) => epoch > epochOf(id) && seqOf(id) > seqOf(prev));
  const stream = rules.revenantsAreDropped && data.stream.some(isOver) ? data.stream.filter((entry) => !isOver(entry)) : data.stream;
  return epochs === data.epochs && stream === data.stream ? data : { ...data, epochs, stream };
}

/** The floor's epoch started nobody knows where: from the origin. Each later one started from where its first entry does. */
function epochsOf({ rules }: Context, stream: readonly Entry[], floor: number): Epoch[] {
  const ofFloor = rules.unknownStartIsOrigin ? ORIGIN : floor;
  const firsts = stream.filter(({ id, prev }) => epochOf(prev) !== epochOf(id));
  return [
    ...(floor === ORIGIN ? [] : [{ epoch: epochOf(floor), prev: ofFloor }]),
    ...firsts.map(({ id, prev }) => ({ epoch: epochOf(id), prev })),
  ];
}

function openEpoch(context: Context, server: Server): Server {
  const { run, replid, openedHere } = server;
  const { rules, clock } = context;
  const data = withoutRevenants(context, server.data);
  const meta = reconciled(context, data);
  const listed = server.data.epochs.at(-1)?.epoch;
  const newest = Math.max(data.meta?.epoch ?? 0, epochOf(meta.head), rules.openedIsRemembered ? openedHere : 0, listed ?? 0);
  const second = rules.numberRises ? Math.max(clock, secondOf(newest) + 1) : clock;
  const epoch = rules.numberHasServerIds ? epochNumber(second, run, replid) : epochNumber(second, 0, 0);
  const recovered = listed === undefined && meta.head !== ORIGIN ? epochsOf(context, data.stream, meta.floor) : [];
  const others = data.epochs.filter((one) => one.epoch !== epoch);
  const epochs = [...others, ...recovered, { epoch, prev: meta.head }].sort((a, b) => a.epoch - b.epoch);
  const emptied = data.stream.length === 0 && seqOf(meta.head) > 0;
  return {
    ...server,
    openedHere: epoch,
    data: {
      ...data,
      epochs,
      meta: { epoch, run, replid, ...meta },
      facts: data.facts.slice(0, seqOf(meta.head)),
      deleted: emptied && data.meta?.entries !== 0 ? seqOf(meta.head) : Math.min(data.deleted, seqOf(meta.head)),
    },
  };
}

/** The server under an open epoch, which is opened here where it has to be. */
export function check(context: Context, server: Server): Server {
  return isCurrent(context, server) ? server : openEpoch(context, server);
}

export type AppendReply = 'appended' | 'conflict';

export function append(context: Context, before: Server, request: Request): { server: Server; reply: AppendReply } {
  const { rules } = context;
  const server = check(context, before);
  const { data } = server;
  const meta = data.meta!;
  const { expectedHead, expectedBatch, batch, through, count } = request;
  const continues = !rules.compareAndAppend || (meta.head === expectedHead && (!rules.compareBatchId || meta.headBatch === expectedBatch));
  const inEpoch = !rules.stampedInOpenEpoch || epochOf(through) === meta.epoch;
  if (continues && inEpoch && seqOf(through) === seqOf(meta.head) + count && through > (data.stream.at(-1)?.id ?? ORIGIN)) {
    const first = seqOf(through) - count + 1;
    const added = Array.from({ length: count }, (_, i) => ({ offset: offsetOf(epochOf(through), first + i), content: batch * 2 + i }));
    return {
      reply: 'appended',
      server: {
        ...server,
        data: {
          ...data,
          stream: [...data.stream, { id: through, prev: meta.head, batch }],
          meta: { ...meta, head: through, headBatch: batch, entries: meta.entries + 1 },
          facts: [...data.facts, ...added],
        },
      },
    };
  }
  const next = data.stream.find(({ id }) => id > expectedHead);
  const isOwn = next !== undefined && (!rules.dedupeChecksBatch || (next.prev === expectedHead && next.batch === batch));
  return { server, reply: rules.retryAnsweredAsFirst && isOwn ? 'appended' : 'conflict' };
}

/** One verdict for every cursor, under an open epoch. */
export function verdict({ rules }: Context, { meta, epochs }: Data, cursor: number): Verdict {
  const { epoch: newest, head, floor } = meta!;
  const [epoch, seq] = [epochOf(cursor), seqOf(cursor)];
  if (epoch > newest && rules.newerIsFuture) return { code: 'CURSOR_IN_FUTURE' };
  if (cursor !== ORIGIN) {
    const listed = epochs.find((one) => one.epoch === epoch);
    if (listed === undefined && rules.unlistedIsReplaced) return { code: 'STREAM_REPLACED' };
    if (listed !== undefined && rules.notBelowOwnStart && seq <= seqOf(listed.prev)) return { code: 'STREAM_REPLACED' };
    if (epoch === newest) {
      if (rules.pastHeadIsFuture && seq > seqOf(head)) return { code: 'CURSOR_IN_FUTURE' };
    } else if (listed !== undefined && rules.closedEpochEnds) {
      const starts = epochs.filter((one) => one.epoch > epoch).map(({ prev }) => prev);
      const ended = rules.everyLaterStartCounts ? starts.reduce((a, b) => (seqOf(b) < seqOf(a) ? b : a), head) : (starts[0] ?? head);
      if (seq > seqOf(ended)) return { code: 'LOG_TRUNCATED', divergedAt: ended };
    }
  }
  if (rules.belowFloorIsTooOld && seq < seqOf(floor)) return { code: 'CURSOR_TOO_OLD' };
  return { code: 'holds' };
}

/** Snapshots by seq, newest first, as the sorted set gives them. */
export function newestFirst(snapshots: readonly Snapshot[]): Snapshot[] {
  return [...snapshots].sort((a, b) => seqOf(b.asOf) - seqOf(a.asOf) || b.asOf - a.asOf);
}

/**
 * Trims behind the second-newest snapshot that holds, if there is one.
 * @param retried seqs that an append under way may still be asked for again: they are younger than its longest retry
 */
export function trim(context: Context, before: Server, asked: number, snapshots: readonly Snapshot[], retried: readonly number[]): Server {
  const { rules } = context;
  const server = check(context, before);
  const { data } = server;
  if (verdict(context, data, asked).code !== 'holds') return server;
  const counted = newestFirst(snapshots).filter(
    ({ asOf }) => !rules.onlyHoldingSnapshotsCount || verdict(context, data, asOf).code === 'holds',
  );
  const bound = counted[1];
  if (bound === undefined && rules.trimNeedsTwoSnapshots) return server;
  const through = rules.trimStaysBehindSnapshots && bound !== undefined && seqOf(bound.asOf) < seqOf(asked) ? bound.asOf : asked;
  const last = data.stream.findLast(({ id }) => id <= through);
  if (last === undefined || (rules.trimSparesRetries && retried.some((seq) => seq <= seqOf(last.id)))) return server;
  const stream = data.stream.filter(({ id }) => id > through);
  const floor = stream[0]?.prev ?? data.meta!.head;
  const oldest = epochOf(stream[0]?.id ?? data.meta!.head);
  const epochs = rules.epochsOutliveTrim ? data.epochs : data.epochs.filter(({ epoch }) => epoch >= oldest);
  return { ...server, data: { ...data, stream, epochs, meta: { ...data.meta!, floor, entries: stream.length } } };
}

/** Those that are kept when one is saved. */
export function prune(context: Context, data: Data, snapshots: readonly Snapshot[], kept: number): Snapshot[] {
  return newestFirst(snapshots)
    .filter(({ asOf }) => !context.rules.pruneCountsHolding || verdict(context, data, asOf).code === 'holds')
    .slice(0, kept);
}

/** Whether the snapshot may be listed. */
export function commits(context: Context, { data }: Server, { asOf, facts }: Snapshot): boolean {
  if (verdict(context, data, asOf).code !== 'holds') return false;
  const recorded = asOf === data.meta!.head || data.stream.some(({ id }) => id === asOf);
  return !recorded || sameContents(contentsTo(data, seqOf(asOf)), facts);
}

import type { Entry } from './data.ts';
import { check, isCurrent, refusesAll, verdict, type Context, type Server, type Verdict } from './functions.ts';
import { ORIGIN, epochOf, seqOf } from './offsets.ts';
import type { Rules } from './rules.ts';

/** packages/log/src/batch.ts and the reading half of fact-log.ts. */

export function continues(rules: Rules, { id, prev }: Entry, cursor: number): boolean {
  if (!rules.prevMustBeCursor || prev === cursor) return true;
  if (!rules.insideOnlyInOwnEpoch) return prev <= cursor && cursor < id;
  return epochOf(cursor) === epochOf(id) && seqOf(prev) < seqOf(cursor) && seqOf(cursor) < seqOf(id);
}

export function isContiguous(rules: Rules, batches: readonly Entry[], cursor: number): boolean {
  return batches.every((batch, i) => continues(rules, batch, i === 0 ? cursor : batches[i - 1]!.id));
}

/** The contents of a batch's facts after a cursor, with the seq of the first. */
export function sliceAfter(rules: Rules, { id, prev, batch }: Entry, cursor: number): { first: number; contents: number[] } {
  const count = seqOf(id) - seqOf(prev);
  const contents = Array.from({ length: count }, (_, i) => batch * 2 + i);
  const inside = prev !== cursor && rules.insideIsSliced ? Math.max(0, seqOf(cursor) - seqOf(prev)) : 0;
  return { first: seqOf(prev) + 1 + inside, contents: contents.slice(inside) };
}

const PAGE_ENTRIES = 2;

export function entriesAfter({ data }: Server, cursor: number): Entry[] {
  return data.stream.filter(({ id }) => id > cursor).slice(0, PAGE_ENTRIES);
}

export type Refusal = { readonly verdict: Verdict; readonly resumeAt: number };

export type Read =
  | { readonly kind: 'not master' }
  | { readonly kind: 'page'; readonly batches: readonly Entry[]; readonly head: number; readonly epoch: number; readonly caughtUp: boolean }
  | { readonly kind: 'again' | 'stuck' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export function refusalOf(server: Server, given: Verdict): Refusal {
  const { floor } = server.data.meta!;
  const at = given.code === 'LOG_TRUNCATED' ? given.divergedAt! : floor;
  return { verdict: given, resumeAt: seqOf(at) >= seqOf(floor) ? at : floor };
}

export type Judged = { readonly server: Server; readonly refusal?: Refusal };

/** Undefined: the server refuses, as it is no master. */
export function judge(context: Context, before: Server, cursor: number): Judged | undefined {
  if (refusesAll(context, before)) return undefined;
  if (before.role !== 'master' && !isCurrent(context, before)) return undefined; // a replica can't open an epoch: READONLY
  const server = check(context, before);
  const given = verdict(context, server.data, cursor);
  return given.code === 'holds' ? { server } : { server, refusal: refusalOf(server, given) };
}

/** The second half of `readAfter`: a page was read, now the log's state is looked at. */
export function finishPage(context: Context, before: Server, cursor: number, batches: readonly Entry[]): { server: Server; read: Read } {
  const { rules } = context;
  if (refusesAll(context, before)) return { server: before, read: { kind: 'not master' } };
  const { meta } = before.data;
  const state = isCurrent(context, before) ? meta : null;
  const contiguous = isContiguous(rules, batches, cursor);
  const last = batches.at(-1);
  if (state !== null && contiguous && (last !== undefined || cursor === state.head || !rules.emptyIsCaughtUpOnlyAtHead)) {
    const caughtUp = last === undefined || last.id === state.head;
    return { server: before, read: { kind: 'page', batches, head: state.head, epoch: state.epoch, caughtUp } };
  }
  const judged = judge(context, before, cursor);
  if (judged === undefined) return { server: before, read: { kind: 'not master' } };
  const { server, refusal } = judged;
  if (refusal !== undefined) return { server, read: { kind: 'refused', refusal } };
  if (state === null || state.epoch !== server.data.meta!.epoch) return { server, read: { kind: 'again' } };
  if (batches.length === 0) {
    const nothing = entriesAfter(server, cursor).length === 0 && cursor !== server.data.meta!.head;
    return { server, read: { kind: nothing ? 'stuck' : 'again' } };
  }
  const broken = batches.findIndex((batch, i) => !continues(rules, batch, i === 0 ? cursor : batches[i - 1]!.id));
  return { server, read: { kind: 'refused', refusal: { verdict: { code: 'CURSOR_TOO_OLD' }, resumeAt: batches[broken]?.prev ?? ORIGIN } } };
}

/** A page and the log's state at once; opens an epoch where one is due. */
export function readAfter(context: Context, before: Server, cursor: number): { server: Server; read: Read } {
  let result = finishPage(context, before, cursor, entriesAfter(before, cursor));
  if (result.read.kind === 'again') result = finishPage(context, result.server, cursor, entriesAfter(result.server, cursor));
  return result;
}

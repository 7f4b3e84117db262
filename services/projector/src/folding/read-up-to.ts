import { ZERO, addLanes, hashText, seqOf, subtractLanes, type Lanes, type Offset } from '@graphtail/facts';
import { LogDamaged, sliceAfter, type Batch, type FactLog, type Page } from '@graphtail/log';
import { Turn } from '@graphtail/runtime';

/** A batch, or the part of it in the requested range. */
export type Part = {
  readonly through: Offset;
  readonly appendedAt: number;
  /** The log's running digest after the last of the facts. */
  readonly runningDigest: Lanes;
  /** The facts' JSON. */
  readonly facts: readonly string[];
};

/**
 * The log's facts after a cursor, up to an offset that was judged. It gives other work turns on the event loop, and reads one
 * page ahead. In place of a damaged batch, it yields the error.
 * @throws {CursorRefused} if the log has lost one of the two offsets meanwhile
 */
export async function* readUpTo(log: FactLog, from: Offset, to: Offset): AsyncGenerator<Part | LogDamaged, void, undefined> {
  const turn = new Turn();
  let cursor = from;
  let ahead: Promise<Page | LogDamaged> | undefined;
  while (seqOf(cursor) < seqOf(to)) {
    const page = await (ahead ?? pageAfter(log, cursor));
    ahead = undefined;
    if (page instanceof LogDamaged) {
      cursor = page.damage.through;
      yield page;
      continue;
    }
    const last = page.batches.at(-1);
    if (last === undefined) await log.resolve({ kind: 'offset', offset: to });
    else if (seqOf(last.through) < seqOf(to)) {
      ahead = pageAfter(log, last.through, page.digest); // Redis reads while this page is folded
      ahead.catch(() => undefined); // a failure is thrown at the await above, or the caller has stopped reading
    }
    for (const batch of page.batches) {
      const part = partOf(batch, cursor, to);
      cursor = part.through;
      yield part;
      if (seqOf(cursor) >= seqOf(to)) return;
      await turn.shared();
    }
  }
}

async function pageAfter(log: FactLog, cursor: Offset, base?: Lanes): Promise<Page | LogDamaged> {
  try {
    return await log.readAfter(cursor, { base });
  } catch (error) {
    if (error instanceof LogDamaged) return error;
    throw error;
  }
}

function partOf(batch: Batch, cursor: Offset, to: Offset): Part {
  const { appendedAt, digest } = batch;
  const { prev, through, facts } = sliceAfter(batch, cursor);
  const wanted = seqOf(to) - seqOf(prev);
  if (wanted >= facts.length) return { through, appendedAt, runningDigest: digest, facts };
  const beyond = facts.slice(wanted).reduce((sum, json) => addLanes(sum, hashText(json)), ZERO);
  return { through: to, appendedAt, runningDigest: subtractLanes(digest, beyond), facts: facts.slice(0, wanted) };
}

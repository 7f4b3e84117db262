import { ZERO, addLanes, hashText, seqOf, subtractLanes, type Lanes, type Offset } from '@graphtail/facts';
import { LogDamaged, sliceAfter, type Batch, type FactLog, type Page } from '@graphtail/log';
import { Turn } from '@graphtail/runtime';

/** A batch, or the part of it that is wanted. */
export type Part = {
  readonly through: Offset;
  readonly appendedAt: number;
  /** The log's running digest after the last of the facts. */
  readonly runningDigest: Lanes;
  /** The facts' JSON. */
  readonly facts: readonly string[];
};

/**
 * What the log has after a cursor up to an offset that was judged, sharing the event loop. In place of a damaged batch comes the error.
 * @throws {CursorRefused} where the log has lost one of the two meanwhile
 */
export async function* readUpTo(log: FactLog, from: Offset, to: Offset): AsyncGenerator<Part | LogDamaged, void, undefined> {
  const turn = new Turn();
  let cursor = from;
  let base: Lanes | undefined;
  while (seqOf(cursor) < seqOf(to)) {
    const page = await pageAfter(log, cursor, base);
    if (page instanceof LogDamaged) {
      [cursor, base] = [page.damage.through, undefined];
      yield page;
      continue;
    }
    const { batches } = page;
    base = page.digest;
    if (batches.length === 0) await log.resolve({ kind: 'offset', offset: to });
    for (const batch of batches) {
      const part = partOf(batch, cursor, to);
      cursor = part.through;
      yield part;
      if (seqOf(cursor) >= seqOf(to)) return;
      await turn.shared();
    }
  }
}

async function pageAfter(log: FactLog, cursor: Offset, base: Lanes | undefined): Promise<Page | LogDamaged> {
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

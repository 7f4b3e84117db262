import type { Lanes, Offset } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { pause } from './backoff.ts';
import { isContiguous, type Batch } from './batch.ts';
import { LogDamaged, soundEntries } from './damage.ts';
import type { Damage } from './entry.ts';
import { CursorRefused } from './errors.ts';
import type { FactLog } from './fact-log.ts';

export type Followed =
  | { readonly kind: 'batch'; readonly batch: Batch; readonly head: Offset }
  /** Nothing came for a second, or the reader has just reached the head. */
  | { readonly kind: 'idle'; readonly head: Offset; readonly epoch: number }
  /** The next batch is damaged. The reader goes on after it. */
  | { readonly kind: 'damaged'; readonly damage: Damage; readonly head: Offset };

export type FollowOptions = {
  readonly signal: AbortSignal;
  /**
   * A connection for this reader only, because a blocked read holds up all other commands on it. It is disconnected when the signal aborts.
   */
  readonly blocking: Redis;
  /** Called when Redis stops answering, and when it answers again. */
  readonly onState?: (state: 'up' | 'down', error?: Error) => void;
};

const BLOCK_MS = 1_000;
const WOKEN_ENTRIES = 50;

/**
 * Yields every sound batch after the cursor, in order and without end, and a notice of each damaged batch.
 * A batch from a blocked read is yielded only if it continues the cursor. After a time-out, an error or a gap a page is read,
 * which judges the cursor.
 * @throws {CursorRefused} if the cursor is no longer a place in the log. It throws nothing else: while Redis is away it waits.
 */
export async function* follow(log: FactLog, from: Offset, options: FollowOptions): AsyncGenerator<Followed, void, undefined> {
  const { signal, blocking } = options;
  signal.addEventListener('abort', () => blocking.disconnect(), { once: true });
  let cursor = from;
  let base: Lanes | undefined;
  let failures = 0;
  let announced = false;
  while (!signal.aborted) {
    try {
      const page = await unlessAborted(log.readAfter(cursor, { base }), signal);
      if (failures > 0) options.onState?.('up');
      failures = 0;
      base = page.digest;
      for (const batch of page.batches) {
        cursor = batch.through;
        announced = false;
        yield { kind: 'batch', batch, head: page.head };
        if (signal.aborted) return;
      }
      if (!page.caughtUp) continue;
      if (!announced) yield { kind: 'idle', head: page.head, epoch: page.epoch };
      announced = true;
      for (;;) {
        const waiting = blocking.xread('COUNT', WOKEN_ENTRIES, 'BLOCK', BLOCK_MS, 'STREAMS', log.keys.log, cursor);
        const woken = await unlessAborted(waiting, signal);
        const { batches, damage } = soundEntries(woken?.[0]?.[1] ?? [], cursor, base);
        if (batches.length === 0) announced = false;
        if (batches.length === 0 || damage !== undefined || !isContiguous(batches, cursor)) break; // the next page shows the reason
        base = batches.at(-1)!.digest;
        for (const batch of batches) {
          cursor = batch.through;
          yield { kind: 'batch', batch, head: batches.at(-1)!.through };
          if (signal.aborted) return;
        }
        announced = false;
      }
    } catch (error) {
      if (error instanceof CursorRefused) throw error;
      if (signal.aborted) return;
      if (error instanceof LogDamaged) {
        cursor = error.damage.through;
        base = undefined;
        yield { kind: 'damaged', damage: error.damage, head: error.head };
        continue;
      }
      if (failures === 0) options.onState?.('down', error as Error);
      await pause(failures++, signal).catch(() => undefined);
    }
  }
}

/** Rejects at once when the signal aborts: a client that is disconnected while it reconnects never settles its queued commands. */
async function unlessAborted<Result>(asked: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([asked, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

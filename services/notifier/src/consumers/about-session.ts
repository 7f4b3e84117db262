import { OffsetSchema, seqOf, type Offset } from '@graphtail/facts';
import { z } from 'zod';
import type { Session } from '../delivery/session.ts';

/** A session as the list of consumers shows it, and as other notifiers learn of it. */
export const AboutSessionSchema = z.object({
  id: z.string(),
  transport: z.string(),
  state: z.string(),
  cursor: OffsetSchema,
  lag_seconds: z.number().nullable(),
  connected_at: z.string(),
  delivered: z.number(),
  bytes: z.number(),
  filters: z.object({ types: z.array(z.string()), entities: z.array(z.string()), path: z.string().nullable() }),
});
type AboutSession = z.infer<typeof AboutSessionSchema>;

export function aboutSession({ id, feed, transport, connectedAt, filter, subscription }: Session): AboutSession {
  const { cursor, mode, delivered } = subscription;
  return {
    id,
    transport,
    state: mode,
    cursor,
    lag_seconds: lagOf(cursor, feed.head) === 0 ? 0 : lagSeconds(feed.appendedAt, delivered.appendedAt),
    connected_at: new Date(connectedAt).toISOString(),
    delivered: delivered.facts,
    bytes: delivered.bytes,
    filters: { types: [...filter.eventTypes], entities: [...filter.entityTypes], path: filter.path === '' ? null : filter.path },
  };
}

/** How many facts a cursor is behind the head. */
export function lagOf(cursor: Offset, head: Offset): number {
  return Math.max(0, seqOf(head) - seqOf(cursor));
}

/** Seconds between two append times, given in ms since 1970; null if one of them is not known. */
function lagSeconds(head: number | undefined, mine: number | undefined): number | null {
  return head === undefined || mine === undefined ? null : Math.max(0, head - mine) / 1000;
}

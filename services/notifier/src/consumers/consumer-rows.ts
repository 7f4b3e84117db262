import { OffsetSchema, type Offset } from '@graphtail/facts';
import type { Consumer } from '@graphtail/log';
import { z } from 'zod';
import { AboutSessionSchema, aboutSession, lagOf } from './about-session.ts';
import type { DurableCursors } from './durable-cursors.ts';
import type { GraphFeed } from '../feed/graph-feed.ts';
import type { Session } from '../delivery/session.ts';

/** A row of the list: a session, or a durable cursor without one. */
export const ConsumerSchema = z
  .object({
    ...AboutSessionSchema.shape,
    id: z.string().nullable().describe('the session; null: none'),
    transport: z.string().nullable(),
    connected_at: z.string().nullable(),
    filters: AboutSessionSchema.shape.filters.nullable(),
    name: z.string().nullable().describe('of the durable cursor'),
    graph: z.string(),
    acknowledged: OffsetSchema.nullable(),
    lag: z.int().min(0).describe('facts'),
  })
  .meta({ id: 'Consumer' });

/**
 * The sessions of a graph at this notifier, and the graph's other durable cursors. If a cursor's session is at another notifier, its row
 * is what that notifier told a few seconds ago.
 */
export async function consumerRows(feed: GraphFeed, all: Iterable<Session>, durable: DurableCursors) {
  const sessions = Array.from(all).filter((session) => session.feed === feed);
  const stored = new Map((await durable.of(feed).list()).map((consumer) => [consumer.name, consumer]));
  const here = sessions.map((session) => {
    const name = session.consumer?.name ?? null;
    const lag = lagOf(session.subscription.cursor, feed.head);
    return { ...aboutSession(session), name, graph: feed.graph, acknowledged: stored.get(name ?? '')?.cursor ?? null, lag };
  });
  const held = new Set(sessions.map(({ consumer }) => consumer?.name));
  const rest = [...stored.values()].filter(({ name }) => !held.has(name));
  const told = await durable.elsewhere(feed).told(rest.map(({ name }) => name));
  const { head } = await feed.log.state();
  return [...here, ...rest.map((consumer) => restRow(feed.graph, consumer, head, told.get(consumer.name)))];
}

/** The row of a consumer whose session is at another notifier, or that has no session. */
function restRow(graph: string, { name, cursor, session }: Consumer, head: Offset, told: string | undefined) {
  const about = told === undefined ? undefined : AboutSessionSchema.safeParse(JSON.parse(told)).data;
  if (about?.id === session) return { ...about, name, graph, acknowledged: cursor, lag: lagOf(about.cursor, head) };
  const lag = lagOf(cursor, head);
  return {
    id: null,
    transport: null,
    state: 'stored',
    cursor,
    lag_seconds: lag === 0 ? 0 : null,
    connected_at: null,
    delivered: 0,
    bytes: 0,
    filters: null,
    name,
    graph,
    acknowledged: cursor,
    lag,
  };
}

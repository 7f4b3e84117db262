import type { Merge, Reply } from './merge.ts';

/** `/ws/status`: the sessions of all notifiers. They know the same logs. */
export const SESSIONS: Merge = {
  method: 'GET',
  path: '/ws/status',
  merge: (replies, missing) => ({
    ...replies[0].body,
    active_connections: sum(replies.map(({ body }) => body['active_connections'])),
    by_transport: sums(replies, 'by_transport'),
    by_mode: sums(replies, 'by_mode'),
    missing,
  }),
};

function sums(replies: readonly Reply[], field: string): Record<string, number> {
  const all = replies.map(({ body }) => (body[field] ?? {}) as Record<string, number>);
  const keys = [...new Set(all.flatMap((each) => Object.keys(each)))];
  return Object.fromEntries(keys.map((key) => [key, sum(all.map((each) => each[key]))]));
}

function sum(figures: readonly unknown[]): number {
  return figures.reduce<number>((total, figure) => total + (typeof figure === 'number' ? figure : 0), 0);
}

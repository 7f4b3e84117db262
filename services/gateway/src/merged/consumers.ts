import { targetOf } from '@graphtail/runtime';
import type { Merge } from './merge.ts';

type Row = { readonly id: string | null; readonly name: string | null; readonly graph: string; readonly delivered: number };

/**
 * `/api/consumers`: the sessions of all notifiers, and the durable cursors, which each of them lists. A notifier knows another one's
 * named sessions as they were seconds ago, so the row that is furthest is the one of the notifier that has the session.
 */
export const CONSUMERS: Merge = {
  method: 'GET',
  path: '/api/consumers',
  merge(replies, missing, request) {
    const rows = new Map<string, Row>();
    let repeated = 0;
    for (const row of replies.flatMap(({ body }) => body['consumers'] as Row[])) {
      const key = row.name === null ? `session ${String(row.id)}` : `name ${row.graph} ${row.name}`;
      const known = rows.get(key);
      if (known !== undefined) repeated++;
      if (known === undefined || isFurther(row, known)) rows.set(key, row);
    }
    const consumers = [...rows.values()];
    const total = replies.reduce((all, { body }) => all + Number(body['total']), 0) - repeated;
    const limit = Number(targetOf(request.url).query.get('limit') ?? consumers.length);
    return { consumers: consumers.slice(0, limit), total, missing };
  },
};

function isFurther(row: Row, known: Row): boolean {
  if (row.id === null || known.id === null) return known.id === null && row.id !== null;
  return row.delivered > known.delivered;
}

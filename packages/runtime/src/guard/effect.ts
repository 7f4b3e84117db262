import type { IncomingMessage } from 'node:http';
import type { Role } from './role.ts';
import { targetOf } from './target.ts';

/** What a request does. `stream`: a read that a page of another origin could follow if it were allowed. */
export type Effect = { readonly kind: 'read' | 'stream' | 'write'; readonly role: Role };

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Queries that are sent by POST because they have a body. */
const POSTED_QUERIES = new Set(['/api/graph/traverse', '/api/graph/subgraph', '/api/graph/impact']);

/** Changes that need less than `admin`. */
const CHANGES: readonly { readonly method: string; readonly path: RegExp; readonly role: Role }[] = [
  { method: 'POST', path: /^\/api\/consumers\/[^/]+\/(ack|seek)$/, role: 'operate' },
  { method: 'DELETE', path: /^\/api\/consumers\/[^/]+$/, role: 'operate' },
  { method: 'POST', path: /^\/api\/graph\/admin\/(reanalyze|cancel|rebuild)$/, role: 'operate' },
  { method: 'POST', path: /^\/api\/alerts(\/[^/]+\/ack)?$/, role: 'operate' },
  { method: 'POST', path: /^\/mcp$/, role: 'read' }, // each tool checks its own role
];

const STREAMS = /^\/(sse|ws|socket\.io)(\/|$)/;

/** Returns what a request does. A request that is not known to be a read is a write. An unknown write needs `admin`. */
export function effectOf({ method = '', url }: Pick<IncomingMessage, 'method' | 'url'>): Effect {
  const { path, query } = targetOf(url);
  if (POSTED_QUERIES.has(path) && method === 'POST') return { kind: 'read', role: 'read' };
  if (STREAMS.test(path) && (READING.has(method) || isPoll(path, method))) {
    // A subscription with a consumer's name takes that name from the session that has it.
    return query.has('consumer') ? { kind: 'write', role: 'operate' } : { kind: 'stream', role: 'read' };
  }
  if (READING.has(method)) return query.has('consumer') ? { kind: 'write', role: 'operate' } : { kind: 'read', role: 'read' };
  const known = CHANGES.find((change) => change.method === method && change.path.test(path));
  return { kind: 'write', role: known?.role ?? 'admin' };
}

/** Whether a request is a poll in which Engine.IO's client sends its messages, by POST. */
function isPoll(path: string, method: string): boolean {
  return method === 'POST' && path === '/socket.io';
}

/** Whether a request changes something. */
export function isWrite(request: Pick<IncomingMessage, 'method' | 'url'>): boolean {
  return effectOf(request).kind === 'write';
}

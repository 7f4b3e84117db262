import type { IncomingMessage } from 'node:http';
import type { Role } from './role.ts';
import { targetOf } from './target.ts';

/** What a request does: `stream` is a read that a page of another origin could follow if it were let in. */
export type Effect = { readonly kind: 'read' | 'stream' | 'write'; readonly role: Role };

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Queries that come as POST because they have a body. */
const POSTED_QUERIES = new Set(['/api/graph/traverse', '/api/graph/subgraph', '/api/graph/impact']);

/** Changes that need less than `admin`. */
const CHANGES: readonly { readonly method: string; readonly path: RegExp; readonly role: Role }[] = [
  { method: 'POST', path: /^\/api\/consumers\/[^/]+\/(ack|seek)$/, role: 'operate' },
  { method: 'DELETE', path: /^\/api\/consumers\/[^/]+$/, role: 'operate' },
  { method: 'POST', path: /^\/api\/graph\/admin\/(reanalyze|cancel|rebuild)$/, role: 'operate' },
  { method: 'POST', path: /^\/api\/alerts(\/[^/]+\/ack)?$/, role: 'operate' },
  { method: 'POST', path: /^\/mcp$/, role: 'read' }, // each tool checks its own
];

const STREAMS = /^\/(sse|ws|socket\.io)(\/|$)/;

/** What a request does. Whatever is not known to be a read is a write, and whatever write is not known needs `admin`. */
export function effectOf({ method = '', url }: Pick<IncomingMessage, 'method' | 'url'>): Effect {
  const { path, query } = targetOf(url);
  if (POSTED_QUERIES.has(path) && method === 'POST') return { kind: 'read', role: 'read' };
  if (STREAMS.test(path) && (READING.has(method) || isPoll(path, method))) {
    // A subscription with a name takes that name from whoever has it.
    return query.has('consumer') ? { kind: 'write', role: 'operate' } : { kind: 'stream', role: 'read' };
  }
  if (READING.has(method)) return query.has('consumer') ? { kind: 'write', role: 'operate' } : { kind: 'read', role: 'read' };
  const known = CHANGES.find((change) => change.method === method && change.path.test(path));
  return { kind: 'write', role: known?.role ?? 'admin' };
}

/** What Engine.IO's client says goes by POST. */
function isPoll(path: string, method: string): boolean {
  return method === 'POST' && path === '/socket.io';
}

/** Whether a request changes something. */
export function isWrite(request: Pick<IncomingMessage, 'method' | 'url'>): boolean {
  return effectOf(request).kind === 'write';
}

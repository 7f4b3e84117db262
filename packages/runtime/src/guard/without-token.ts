import type { IncomingMessage } from 'node:http';
import { targetOf, topOf } from './target.ts';

/** The first parts of the APIs' paths. On the gateway every other path belongs to the dashboard. */
const API_TOPS = new Set(['api', 'ws', 'socket.io', 'sse', 'metrics', 'mcp', 'openapi.json']);

/** The paths that process supervisors request. */
const PROBES = new Set(['/health', '/ready']);

/**
 * Whether a request passes without a token. Requests of Socket.IO do, because their token may come later, in the packet that joins the
 * namespace. Probes and the dashboard's own files pass too.
 */
export function passesWithoutToken({ method, url }: IncomingMessage, servesDashboard: boolean): boolean {
  const { path } = targetOf(url);
  if (/^\/socket\.io(\/|$)/.test(path)) return true;
  if (method !== 'GET' && method !== 'HEAD') return false;
  return PROBES.has(path) || (servesDashboard && !API_TOPS.has(topOf(path)));
}

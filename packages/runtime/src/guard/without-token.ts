import type { IncomingMessage } from 'node:http';
import { targetOf, topOf } from './target.ts';

/** Where APIs are; on the gateway every other path is the dashboard's. */
const API_TOPS = new Set(['api', 'ws', 'socket.io', 'sse', 'metrics', 'mcp', 'openapi.json']);

/** Asked by whoever watches over processes. */
const PROBES = new Set(['/health', '/ready']);

/**
 * Whether a request passes without a token. Socket.IO's does, for its token may come later, in the packet that joins the
 * namespace; so do probes, and the dashboard's own files.
 */
export function passesWithoutToken({ method, url }: IncomingMessage, servesDashboard: boolean): boolean {
  const { path } = targetOf(url);
  if (/^\/socket\.io(\/|$)/.test(path)) return true;
  if (method !== 'GET' && method !== 'HEAD') return false;
  return PROBES.has(path) || (servesDashboard && !API_TOPS.has(topOf(path)));
}

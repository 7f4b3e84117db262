import type { IncomingMessage } from 'node:http';
import { Problem } from '@graphtail/runtime';
import type { RequestHandler } from 'express';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Requests that change something; a POST to a query is not one. */
const WRITES = ['/api/graphs', '/api/graph/admin', '/api/consumers', '/api/alerts'];
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether an address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Refuses whatever changes something: for a front door that others than this machine can reach. */
export const refuseWrites: RequestHandler = (request, _response, next) => {
  const writes = !READING.has(request.method) && WRITES.some((path) => request.path === path || request.path.startsWith(`${path}/`));
  if (!writes) {
    next();
    return;
  }
  throw new Problem(
    403,
    'FORBIDDEN',
    'This Graphtail listens beyond loopback and takes no changes there. Ask on loopback, or set GRAPHTAIL_OPEN_WRITES where nobody else can reach it.',
  );
};

/** Browsers let any page open a socket to anywhere; they say which page it was. Only this origin's own may. */
export function isForeignPage({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}

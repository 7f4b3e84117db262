import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Registry } from 'prom-client';
import type { Logger } from './logger.ts';
import { secondsHistogram } from './metrics.ts';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const GRAPH = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A handful of handlers watch for the end of an answer, and a stream's pipeline adds seven listeners: Node warns from eleven on. */
const MAX_LISTENERS = 24;

/** The logger of a request: each line carries `request_id` and, where the query names one, `graph`. */
export function requestLogger(response: Response): Logger {
  return response.locals['logger'] as Logger;
}

/** Names a request that no Express route matches, e.g. one that is proxied: `/api/graph/*`. A pattern, never a raw url. */
export function setRoute(response: Response, pattern: string): void {
  response.locals['route'] = pattern;
}

/** Leaves a request out of the durations: its answer waits for news, as a poll of Socket.IO's does. */
export function leaveUnmeasured(response: Response): void {
  response.locals['unmeasured'] = true;
}

/** The route's pattern; raw urls would make a series of each id. */
function routeOf(request: Request, response: Response): string {
  const named: unknown = response.locals['route'];
  if (typeof named === 'string') return named;
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? `${request.baseUrl}${route.path}` : 'unmatched';
}

/**
 * Gives each request an id (taken from `X-Request-Id` where it is sane, echoed in the answer), a logger and a duration
 * in `graphtail_http_request_duration_seconds`. Event streams and polls are left out: they last as long as there is no news.
 */
export function observeRequests(logger: Logger, registry: Registry): RequestHandler {
  const durations = secondsHistogram(
    registry,
    'graphtail_http_request_duration_seconds',
    'Time from the arrival of an HTTP request to its answer being handed to the socket, by route pattern.',
    ['route', 'method', 'status'],
  );
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const id = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
    const graph = request.query['graph'];
    const log = logger.child({ request_id: id, ...(typeof graph === 'string' && GRAPH.test(graph) && { graph }) });
    response.locals['logger'] = log;
    response.setHeader('X-Request-Id', id);
    response.setMaxListeners(MAX_LISTENERS);
    const started = performance.now();
    response.once('close', () => {
      const streamed = String(response.getHeader('content-type')).startsWith('text/event-stream');
      if (streamed || response.locals['unmeasured'] === true) return;
      const ms = performance.now() - started;
      const route = routeOf(request, response);
      const method = METHODS.has(request.method) ? request.method : 'other';
      const status = response.writableFinished ? String(response.statusCode) : 'aborted';
      durations.observeMs(ms, { route, method, status });
      log.debug({ route, method, status, duration_ms: Math.round(ms * 10) / 10 }, 'request');
    });
    next();
  };
}

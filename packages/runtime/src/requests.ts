import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Registry } from 'prom-client';
import type { Logger } from './logger.ts';
import { secondsHistogram } from './metrics.ts';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const GRAPH = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Several handlers listen for the end of an answer, and a stream's pipeline adds seven listeners. By default Node warns from eleven on. */
const MAX_LISTENERS = 24;

/** Returns the logger of a request. Each line has `request_id` and, if the query names a graph, `graph`. */
export function requestLogger(response: Response): Logger {
  return response.locals['logger'] as Logger;
}

/** Names the route of a request that no Express route matches, e.g. a proxied one: `/api/graph/*`. @param pattern never a raw URL */
export function setRoute(response: Response, pattern: string): void {
  response.locals['route'] = pattern;
}

/** Excludes a request from the durations, because its answer waits for news, e.g. a Socket.IO poll. */
export function leaveUnmeasured(response: Response): void {
  response.locals['unmeasured'] = true;
}

/** Returns the route's pattern. Raw URLs would make one metric series per id. */
function routeOf(request: Request, response: Response): string {
  const named: unknown = response.locals['route'];
  if (typeof named === 'string') return named;
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? `${request.baseUrl}${route.path}` : 'unmatched';
}

/**
 * Gives each request an id, a logger and a duration in `graphtail_http_request_duration_seconds`. The id comes from `X-Request-Id`
 * if that is valid, and the answer repeats it. Event streams and polls are not measured: they last as long as there is no news.
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

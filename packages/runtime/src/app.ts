import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import manifest from '../package.json' with { type: 'json' };
import type { Audit } from './audit/index.ts';
import type { Guard } from './guard/index.ts';
import { compressAnswers } from './http/compression.ts';
import { describeRoutes, type OpenApi } from './http/openapi.ts';
import { parseQueryText } from './http/query.ts';
import type { Route } from './http/route.ts';
import { serveRoutes } from './http/serve-routes.ts';
import { serviceRoutes, type ServiceFace } from './http/service-routes.ts';
import type { Logger } from './logger.ts';
import { Problem, toProblem } from './problem.ts';
import type { OffsetOf } from './http/places.ts';
import { observeRequests, requestLogger } from './requests.ts';

export type AppOptions = ServiceFace & {
  readonly logger: Logger;
  /** Checks every request before a route handles it. */
  readonly guard: Guard;
  /** Records every requested change. A service that changes nothing has none. */
  readonly audit?: Audit | undefined;
};

/**
 * Allows the dashboard's own scripts, styles (Angular adds style elements), fonts, sockets and workers, from this origin only.
 * Headers that need https (HSTS, COOP, upgrade-insecure-requests) are not set: Graphtail also runs over plain http in a private network,
 * where browsers would report them as console errors. `ws:` is needed because Safari before 15.4 does not count sockets as 'self'.
 */
const SECURITY_HEADERS = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'", 'ws:', 'wss:'],
      workerSrc: ["'self'", 'blob:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
});

/**
 * Returns an Express app with what every service has: `/health`, `/ready`, `/metrics`, security headers, request ids, metrics and logs.
 * Call {@link finishApp} after the last route is added.
 */
export function createApp({ logger, guard, audit, ...face }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', parseQueryText);
  app.use(observeRequests(logger, face.registry));
  app.use(SECURITY_HEADERS);
  if (audit !== undefined) app.use(audit.requests);
  app.use(guard.requests);
  app.use(compressAnswers());
  ROUTES.set(app, []);
  addRoutes(
    app,
    serviceRoutes(face, () => descriptionOf(app)),
  );
  return app;
}

const ROUTES = new WeakMap<Express, Route[]>();

/**
 * Adds routes to an app that {@link createApp} made. The app's `/openapi.json` describes them.
 * @param offsetOf makes `#<seq>` a cursor, where a route takes one
 */
export function addRoutes(app: Express, routes: readonly Route[], offsetOf?: OffsetOf): void {
  ROUTES.get(app)?.push(...routes);
  app.use(serveRoutes(routes, offsetOf));
}

/** Returns the OpenAPI document of the routes that were added to an app. */
export function descriptionOf(app: Express): OpenApi {
  return describeRoutes('Graphtail', manifest.version, ROUTES.get(app) ?? []);
}

/**
 * Adds the last middleware: an unknown route is answered with 404 `NOT_FOUND`, an error with problem+json. `translate` maps the service's
 * own errors.
 */
export function finishApp(app: Express, translate: (error: unknown) => Problem | undefined = () => undefined): void {
  app.use((request, _response, next) => {
    next(new Problem(404, 'NOT_FOUND', `Nothing is at ${request.method} ${request.path}.`));
  });
  // Express recognises an error handler by its four parameters.
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    const problem = translate(error) ?? toProblem(error);
    if (problem.status >= 500) {
      // 503 and its like are said on purpose, and their cause is logged where it is found. Anything else is a bug.
      const level = error instanceof Problem && problem.status > 500 ? 'info' : 'error';
      requestLogger(response)[level]({ err: error, code: problem.code, path: request.path }, problem.message);
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    sendProblem(response, problem);
  });
}

/**
 * Answers with a problem. Sets `Retry-After` if `extra` has `retry_after_seconds`, and `WWW-Authenticate` with a 401 (RFC 9110, section
 * 15.5.2).
 */
export function sendProblem(response: Response, problem: Problem): void {
  response.removeHeader('ETag'); // it belongs to the intended answer: a client must not cache the problem under it
  response.set(problem.headers);
  const retryAfter = problem.extra['retry_after_seconds'];
  if (typeof retryAfter === 'number') response.setHeader('Retry-After', String(retryAfter));
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem.body()));
}

import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Registry } from 'prom-client';
import type { Guard } from './guard/index.ts';
import type { Logger } from './logger.ts';
import { Problem, toProblem } from './problem.ts';
import { observeRequests, requestLogger } from './requests.ts';

export type HealthBody = { status: 'ok' | 'degraded' } & Record<string, unknown>;

export type AppOptions = {
  name: string;
  logger: Logger;
  registry: Registry;
  /** Passed by every request before anything else is done for it. */
  guard: Guard;
  /** `/health`: 200 with the body where its status is `ok`, else 503. */
  health: () => Promise<HealthBody>;
  /** `/ready`: true, or why not (503): what an orchestrator asks before it sends traffic. */
  ready: () => boolean | string;
  /** Parse JSON bodies (default). A proxy passes bodies on untouched. */
  json?: boolean;
  /** The text of `/metrics`; default: what the registry holds. */
  metrics?: (request: Request) => Promise<string>;
};

/**
 * The dashboard's own scripts, styles (Angular adds style elements), fonts, sockets and workers, from this origin only.
 * Nothing that needs https (HSTS, COOP, upgrade-insecure-requests): Graphtail also runs over plain http in a private network,
 * where browsers would answer with console errors. `ws:` because Safari before 15.4 does not count sockets as 'self'.
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

/** An Express app with what every service answers: `/health`, `/ready`, `/metrics`, security headers, request ids, metrics, logs. End it with {@link finishApp}. */
export function createApp({ name, logger, registry, guard, health, ready, json = true, metrics }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(observeRequests(logger, registry));
  app.use(SECURITY_HEADERS);
  app.use(guard.requests);

  app.get('/health', async (_request, response) => {
    const body = await health();
    response.status(body.status === 'ok' ? 200 : 503).json(body);
  });
  app.get('/ready', (_request, response) => {
    const answer = ready();
    if (answer === true) response.json({ ready: true, service: name });
    else response.status(503).json({ ready: false, service: name, reason: answer === false ? 'starting' : answer });
  });
  app.get('/metrics', async (request, response) => {
    response.type(registry.contentType).send(await (metrics?.(request) ?? registry.metrics()));
  });
  if (json) app.use(express.json({ limit: '1mb', strict: false }));
  return app;
}

/** The last middleware: an unknown route is 404 `NOT_FOUND`, an error is problem+json. `translate` knows the service's own errors. */
export function finishApp(app: Express, translate: (error: unknown) => Problem | undefined = () => undefined): void {
  app.use((request, _response, next) => {
    next(new Problem(404, 'NOT_FOUND', `Nothing is at ${request.method} ${request.path}.`));
  });
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    const problem = translate(error) ?? toProblem(error);
    if (problem.status >= 500) requestLogger(response).error({ err: error, code: problem.code, path: request.path }, problem.message);
    if (response.headersSent) {
      next(error);
      return;
    }
    sendProblem(response, problem);
  });
}

/** Answers with a problem; `Retry-After` if `extra.retry_after_seconds` says so, `WWW-Authenticate` with a 401 (RFC 9110, section 15.5.2). */
export function sendProblem(response: Response, problem: Problem): void {
  const retryAfter = problem.extra['retry_after_seconds'];
  if (typeof retryAfter === 'number') response.setHeader('Retry-After', String(retryAfter));
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem.body()));
}

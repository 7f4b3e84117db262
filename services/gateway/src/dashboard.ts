import { existsSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { Problem, methodNotAllowed, setRoute } from '@graphtail/runtime';
import express, { Router, type NextFunction, type Request, type Response } from 'express';
import { LOOKS_AGAIN_AFTER_SECONDS, WAITING_PAGE } from './waiting-page.ts';

/** Angular puts a hash of the content into these names, so a file with such a name never changes. */
const HASHED = /-[A-Z0-9]{8}\.[a-z0-9]+(?:\.map)?$/;

const ALLOWED = 'GET, HEAD, OPTIONS';

/**
 * Serves the dashboard's build. Browsers cache hashed files for a year, and ask again for the others each time. Every other path is a
 * view of the one page.
 */
export function serveDashboard(folder: string): Router {
  const root = resolve(folder);
  const page = join(root, 'index.html');
  const router = Router();
  router.use((request, response, next) => {
    setRoute(response, 'dashboard');
    if (request.method === 'GET' || request.method === 'HEAD') next();
    else if (request.method === 'OPTIONS') response.setHeader('Allow', ALLOWED).status(204).end();
    else throw methodNotAllowed(request, ALLOWED);
  });
  router.use(
    express.static(root, {
      index: false,
      setHeaders(response, path) {
        response.setHeader('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  router.use((request, response, next) => {
    // If a missing script were answered with the page, the browser would report a syntax error.
    if (extname(request.path) !== '' && extname(request.path) !== '.html') next('router');
    else if (!existsSync(page)) answerWaiting(request, response, next);
    else response.setHeader('Cache-Control', 'no-cache').sendFile('index.html', { root }); // with its whole path, a folder above that begins with a dot would refuse it
  });
  return router;
}

/** There is no build yet: a person gets a page that loads itself again, a program gets a problem. */
function answerWaiting(request: Request, response: Response, next: NextFunction): void {
  if (request.accepts(['json', 'html']) === 'html')
    response
      .status(503)
      .set({ 'Cache-Control': 'no-store', 'Retry-After': String(LOOKS_AGAIN_AFTER_SECONDS) })
      .send(WAITING_PAGE);
  else next(new Problem(503, 'UNAVAILABLE', 'The dashboard is not built yet.', { retry_after_seconds: LOOKS_AGAIN_AFTER_SECONDS }));
}

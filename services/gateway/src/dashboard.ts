import { existsSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { Problem, methodNotAllowed, setRoute } from '@graphtail/runtime';
import express, { Router } from 'express';

/** Angular puts a hash of the content into these names: they never change. */
const HASHED = /-[A-Z0-9]{8}\.[a-z0-9]+(?:\.map)?$/;

const ALLOWED = 'GET, HEAD, OPTIONS';

/** The dashboard's build: hashed files for a year, the rest asked again each time; every other path is a view of the one page. */
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
    // A missing script answered with a page would be a syntax error in the browser.
    if (extname(request.path) !== '' && extname(request.path) !== '.html') next('router');
    else if (!existsSync(page)) next(new Problem(503, 'UNAVAILABLE', 'The dashboard is not built yet.', { retry_after_seconds: 2 }));
    else response.setHeader('Cache-Control', 'no-cache').sendFile(page);
  });
  return router;
}

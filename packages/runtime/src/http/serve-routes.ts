import { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { Problem } from '../problem.ts';
import { parseBody, parsePath, parseQuery } from '../validate.ts';
import { readBody } from './body.ts';
import { accessOf } from '../guard/index.ts';
import { withoutPlaces, type OffsetOf } from './places.ts';
import type { Route } from './route.ts';

/**
 * Serves routes. Input is parsed once, strictly. OPTIONS and HEAD are answered too. Another method of a known path is answered with 405
 * and `Allow`. If two paths match, the first in the list is used.
 * @param offsetOf makes `#<seq>` a cursor, where a route takes one
 */
export function serveRoutes(routes: readonly Route[], offsetOf?: OffsetOf): Router {
  const router = Router();
  for (const [path, operations] of Map.groupBy(routes, (each) => each.path)) {
    const methods = operations.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    const allow = [...methods, 'OPTIONS'].join(', ');
    const place = router.route(expressPath(path));
    for (const operation of operations) place[operation.method](...handlersOf(operation, offsetOf));
    place.options((_request, response) => void response.setHeader('Allow', allow).status(204).end());
    place.all((request) => {
      throw methodNotAllowed(request, allow);
    });
  }
  return router;
}

/** Returns a path's answer to a method that it does not have. */
export function methodNotAllowed(request: Request, allow: string): Problem {
  return new Problem(
    405,
    'METHOD_NOT_ALLOWED',
    `${request.method} is not a method of ${request.path}; ${allow} are.`,
    {},
    { Allow: allow },
  );
}

function handlersOf({ method, params, query, judgesQuery, body, handle }: Route, offsetOf?: OffsetOf): RequestHandler[] {
  const [inPath, inQuery, inBody] = [z.object(params), z.strictObject(query ?? {}), z.strictObject(body ?? {})];
  const answer: RequestHandler = async (request, response) => {
    const { graph } = request.query;
    const resolved = async <Given>(given: Given): Promise<Given> =>
      offsetOf === undefined || (graph !== undefined && typeof graph !== 'string')
        ? given
        : withoutPlaces(given, (seq) => offsetOf(graph, seq, accessOf(response)));
    await handle({
      params: parsePath(inPath, joined(request.params)),
      query: judgesQuery === true ? {} : parseQuery(inQuery, await resolved(request.query)),
      body: method === 'get' ? {} : parseBody(inBody, await resolved<unknown>(request.body)),
      request,
      response,
    });
  };
  return method === 'get' ? [answer] : [...readBody(), answer];
}

/** Returns a path in Express's form: `/nodes/{id}` → `/nodes/*id`, because an id may hold slashes. */
function expressPath(path: string): string {
  return path.replaceAll('{id}', '*id').replaceAll(/\{(\w+)\}/g, ':$1');
}

function joined(params: Request['params']): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]));
}

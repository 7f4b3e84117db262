import type { Express, Request, Response } from 'express';
import { CursorRefused, isRedisAway } from '@graphtail/log';
import { Problem, cursorProblem, parseBody, parseQuery } from '@graphtail/runtime';
import { z } from 'zod';
import type { Graphs } from '../folding/graphs.ts';
import { Budget, OverBudget } from '../queries/budget.ts';
import { NotFound } from '../queries/not-found.ts';
import { Envelope } from './answer.ts';
import { graphQuery, readQuery } from './fields.ts';
import { StreamedAnswer, expressPath, type AdminRoute, type LogRoute, type ReadRoute } from './route.ts';
import { extentOf, graphOf, viewOf } from './view.ts';

/** Entities that one read may look at. */
const READ_BUDGET = 2_000_000;

/** Puts a read on the app: its input is parsed once, here; its answer says of which offset it is true. */
export function serveRead(app: Express, graphs: Graphs, route: ReadRoute): void {
  const querySchema = z.object(route.query ?? {});
  const bodySchema = z.object(route.body ?? {});
  app[route.method](expressPath(route.path), async (request: Request, response: Response) => {
    const envelope = new Envelope();
    const query = parseQuery(querySchema, request.query);
    const body = parseBody(bodySchema, request.body);
    const { graph: name, ...cursors } = parseQuery(readQuery, request.query);
    const graph = await graphOf(graphs, name);
    const projection = await viewOf(graph, cursors);
    const asOf = projection.cursor; // before the answer, which may take turns: then it works on a copy
    const accepts = request.accepts(['application/json', 'application/x-ndjson']) === 'application/x-ndjson' ? 'ndjson' : 'json';
    const answer = await route.answer({ graph, projection, query, body, id: idOf(request), budget: new Budget(READ_BUDGET), accepts });
    if (answer instanceof StreamedAnswer) await envelope.stream(response, asOf, answer, accepts);
    else envelope.send(response, asOf, answer);
  });
}

/** Puts a question about the log on the app. */
export function serveLog(app: Express, graphs: Graphs, route: LogRoute): void {
  const querySchema = z.object(route.query ?? {});
  app.get(expressPath(route.path), async (request: Request, response: Response) => {
    const envelope = new Envelope();
    const query = parseQuery(querySchema, request.query);
    const { graph: name, ...cursors } = parseQuery(readQuery, request.query);
    const graph = await graphOf(graphs, name);
    const at = await extentOf(graph, cursors);
    const { asOf, body } = await route.answer({ graph, at, query, id: idOf(request) });
    envelope.send(response, asOf, body);
  });
}

/** Puts a wish on the app; it is accepted (202), not done, when it is answered. */
export function serveAdmin(app: Express, graphs: Graphs, route: AdminRoute): void {
  const bodySchema = z.object(route.body ?? {});
  app.post(route.path, async (request: Request, response: Response) => {
    const envelope = new Envelope();
    const { graph: name } = parseQuery(graphQuery, request.query);
    const body = parseBody(bodySchema, request.body);
    const graph = await graphOf(graphs, name);
    const answer = await route.act({ graph, body });
    response.status(202);
    envelope.send(response, graph.fold.head, answer);
  });
}

/** The problem that an error of the queries or the log means; undefined for a bug. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof NotFound) return new Problem(404, 'NOT_FOUND', error.message);
  if (error instanceof OverBudget)
    return new Problem(503, 'TOO_EXPENSIVE', 'The query looks at too much of the graph.', { retryable: false });
  if (error instanceof CursorRefused) return cursorProblem(error.refusal);
  if (isRedisAway(error)) {
    return new Problem(503, 'UNAVAILABLE', 'Redis does not answer; try again.', { retryable: true, retry_after_seconds: 1 });
  }
  return undefined;
}

function idOf(request: Request): string {
  const parts = request.params['id'];
  return Array.isArray(parts) ? parts.join('/') : (parts ?? '');
}

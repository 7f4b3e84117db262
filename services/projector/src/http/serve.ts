import { CursorRefused, isRedisAway } from '@graphtail/log';
import { Problem, accessOf, cursorProblem, route, type Parsed, type Route, type Shape } from '@graphtail/runtime';
import { z } from 'zod';
import type { Graphs } from '../folding/graphs.ts';
import { Budget, OverBudget } from '../queries/budget.ts';
import { NotFound } from '../queries/not-found.ts';
import { Envelope } from './answer.ts';
import { graphQuery, readQuery } from './fields.ts';
import { StreamedAnswer, type AdminRoute, type LogRoute, type ReadRoute } from './route.ts';
import { extentOf, graphOf, viewOf } from './view.ts';

/** Entities that one read may look at. */
const READ_BUDGET = 2_000_000;

/** A read as a route: its answer says of which offset it is true. */
export function readRoute(graphs: Graphs, { method, path, summary, query, body, answer }: ReadRoute): Route {
  return route({
    ...{ method, path, summary, tag: 'graph', params: paramsOf(path) },
    query: { ...query, ...readQuery },
    body: body ?? {},
    answers: { 200: z.looseObject({}) },
    async handle({ params, query: asked, body: given, request, response }) {
      const envelope = new Envelope();
      const graph = await graphOf(graphs, asked.graph, accessOf(response));
      const projection = await viewOf(graph, asked);
      const asOf = projection.cursor; // before the answer, which may take turns: then it works on a copy
      const accepts = request.accepts(['application/json', 'application/x-ndjson']) === 'application/x-ndjson' ? 'ndjson' : 'json';
      const told = await answer({
        graph,
        projection,
        query: asked,
        body: given,
        id: idOf(params),
        budget: new Budget(READ_BUDGET),
        accepts,
      });
      if (told instanceof StreamedAnswer) await envelope.stream(response, asOf, told, accepts);
      else envelope.send(response, asOf, told);
    },
  });
}

/** A question about the log as a route. */
export function logRoute(graphs: Graphs, { path, summary, query, answer }: LogRoute): Route {
  return route({
    ...{ method: 'get', path, summary, tag: 'graph', params: paramsOf(path) },
    query: { ...query, ...readQuery },
    answers: { 200: z.looseObject({}) },
    async handle({ params, query: asked, response }) {
      const envelope = new Envelope();
      const graph = await graphOf(graphs, asked.graph, accessOf(response));
      const at = await extentOf(graph, asked);
      const { asOf, body } = await answer({ graph, at, query: asked, id: idOf(params) });
      envelope.send(response, asOf, body);
    },
  });
}

/** A wish as a route; it is accepted (202), not done, when it is answered. */
export function adminRoute(graphs: Graphs, { path, summary, body, act }: AdminRoute): Route {
  return route({
    ...{ method: 'post', path, summary, tag: 'graph' },
    query: graphQuery,
    body: body ?? {},
    answers: { 202: z.looseObject({}) },
    async handle({ query: asked, body: given, response }) {
      const envelope = new Envelope();
      const graph = await graphOf(graphs, asked.graph, accessOf(response));
      const told = await act({ graph, body: given });
      response.status(202);
      envelope.send(response, graph.fold.head, told);
    },
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

const id = z.string().min(1).max(4096).describe('the id of an entity, URL-encoded');

/** Only a path with `{id}` has one. */
function paramsOf(path: string): Shape {
  return path.includes('{id}') ? { id } : {};
}

function idOf(params: Parsed<Shape>): string {
  return typeof params['id'] === 'string' ? params['id'] : '';
}

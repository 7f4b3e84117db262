import { CURSOR_CODES, type Offset } from '@graphtail/facts';
import { CursorRefused, LogDamaged, isRedisAway } from '@graphtail/log';
import {
  JSON_TYPE,
  NDJSON_TYPE,
  Problem,
  accessOf,
  cursorProblem,
  damageProblem,
  isKnownAnswer,
  route,
  type Parsed,
  type ProblemCode,
  type Route,
  type Shape,
} from '@graphtail/runtime';
import type { Response } from 'express';
import { z } from 'zod';
import type { Graphs, ServedGraph } from '../folding/graphs.ts';
import { Budget, OverBudget } from '../queries/budget.ts';
import { NotFound } from '../queries/not-found.ts';
import { Envelope } from './answer.ts';
import { graphQuery, readQuery } from './fields.ts';
import { envelope } from './results.ts';
import { StreamedAnswer, type AdminRoute, type LogRoute, type ReadRoute } from './route.ts';
import { extentOf, graphOf, viewOf } from './view.ts';

/** Entities that one read may look at. */
const READ_BUDGET = 2_000_000;

const OF_READS: readonly ProblemCode[] = ['UNKNOWN_GRAPH', ...CURSOR_CODES, 'LOG_DAMAGED', 'NOT_CAUGHT_UP', 'TOO_EXPENSIVE'];

/** A read as a route: its answer says of which offset it is true. */
export function readRoute(
  graphs: Graphs,
  { method, path, summary, query, body, result, lines, tag, problems = [], answer }: ReadRoute,
): Route {
  return route({
    ...{ method, path, summary, tag: 'graph', params: paramsOf(path) },
    query: { ...query, ...readQuery },
    ...(method === 'post' && { body: body ?? {} }),
    answers: { 200: z.object({ ...result, ...envelope }) },
    media: lines === true ? [JSON_TYPE, NDJSON_TYPE] : [JSON_TYPE],
    problems: [...OF_READS, ...problems],
    async handle({ params, query: asked, body: given, request, response }) {
      const answering = new Envelope();
      const graph = await graphOf(graphs, asked.graph, accessOf(response));
      const accepts = lines === true && request.accepts([JSON_TYPE, NDJSON_TYPE]) === NDJSON_TYPE ? 'ndjson' : 'json';
      const isKnown = (at: Offset): boolean => method === 'get' && tag === undefined && isKnownAt(response, graph, at, asked, accepts);
      const projection = await viewOf(graph, asked, isKnown);
      if (projection === undefined) return;
      const asOf = projection.cursor; // before the answer, which may take turns: then it works on a copy
      const told = await answer({
        graph,
        projection,
        query: asked,
        body: given,
        id: idOf(params),
        budget: new Budget(READ_BUDGET),
        accepts,
      });
      if (told instanceof StreamedAnswer) await answering.stream(response, asOf, told, accepts);
      else if (tag === 'content') answering.sendTagged(response, asOf, told);
      else answering.send(response, asOf, told);
    },
  });
}

/** A question about the log as a route. */
export function logRoute(graphs: Graphs, { path, summary, query, result, tag, problems = [], answer }: LogRoute): Route {
  return route({
    ...{ method: 'get', path, summary, tag: 'graph', params: paramsOf(path) },
    query: { ...query, ...readQuery },
    answers: { 200: z.object({ ...result, ...envelope }) },
    problems: [...OF_READS, ...problems],
    async handle({ params, query: asked, response }) {
      const answering = new Envelope();
      const graph = await graphOf(graphs, asked.graph, accessOf(response));
      const at = await extentOf(graph, asked);
      // Retention takes the oldest facts away: what is counted or listed of them changes with the floor.
      if (tag === undefined && isKnownAt(response, graph, at, asked, (await graph.log.state()).floor)) return;
      const { asOf, body } = await answer({ graph, at, query: asked, id: idOf(params) });
      if (tag === 'content') answering.sendTagged(response, asOf, body);
      else answering.send(response, asOf, body);
    },
  });
}

/** A wish as a route; it is accepted (202), not done, when it is answered. */
export function adminRoute(graphs: Graphs, { path, summary, body, result, act }: AdminRoute): Route {
  return route({
    ...{ method: 'post', path, summary, tag: 'graph' },
    query: graphQuery,
    body: body ?? {},
    answers: { 202: z.object({ ...result, ...envelope }) },
    problems: ['UNKNOWN_GRAPH'],
    async handle({ query: asked, body: given, response }) {
      const answering = new Envelope();
      const graph = await graphOf(graphs, asked.graph, accessOf(response));
      const told = await act({ graph, body: given });
      response.status(202);
      answering.send(response, graph.fold.head, told);
    },
  });
}

/** The problem that an error of the queries or the log means; undefined for a bug. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof NotFound) return new Problem(404, 'NOT_FOUND', error.message);
  if (error instanceof OverBudget)
    return new Problem(503, 'TOO_EXPENSIVE', 'The query looks at too much of the graph.', { retryable: false });
  if (error instanceof CursorRefused) return cursorProblem(error.refusal);
  if (error instanceof LogDamaged) return damageProblem(error.message, error.damage.through);
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

/** Whether the client has the answer to this question at this offset. Only a state of one offset can be the answer, whenever it is asked. */
function isKnownAt(response: Response, { name }: ServedGraph, asOf: Offset, asked: Parsed<Shape>, ...more: readonly string[]): boolean {
  response.setHeader('Graphtail-Offset', asOf);
  const { at: _at, min_offset: _least, graph: _graph, ...query } = asked;
  const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return isKnownAnswer(response, name, asOf, response.req.path, JSON.stringify(sorted), ...more);
}

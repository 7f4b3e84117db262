import { CURSOR_CODES, type Offset } from '@graphtail/facts';
import {
  JSON_TYPE,
  NDJSON_TYPE,
  accessOf,
  isKnownAnswer,
  nameTarget,
  route,
  type Parsed,
  type ProblemCode,
  type Route,
  type Shape,
} from '@graphtail/runtime';
import type { Response } from 'express';
import { z } from 'zod';
import type { Graphs, ServedGraph } from '../folding/graphs.ts';
import type { Job } from '../pool/protocol.ts';
import type { QueryPool } from '../pool/query-pool.ts';
import { Envelope, contentTag, isKnownContent, type Form } from './answer.ts';
import { graphQuery, readQuery } from './fields.ts';
import { answerHere, headToAnswer, type Question } from './here.ts';
import { envelope } from './results.ts';
import type { AdminRoute, LogRoute, Narrow, ReadRoute } from './route.ts';
import { currentState, extentOf, graphOf, judged, offsetAsked } from './view.ts';

const OF_READS: readonly ProblemCode[] = ['UNKNOWN_GRAPH', ...CURSOR_CODES, 'LOG_DAMAGED', 'NOT_CAUGHT_UP', 'TOO_EXPENSIVE', 'UNAVAILABLE'];

export type Served = { readonly graphs: Graphs; readonly pool: QueryPool };

/**
 * A read as an HTTP route. The answer says at which offset it is true. Cheap queries about the head are answered here, others by
 * the pool.
 */
export function readRoute({ graphs, pool }: Served, read: ReadRoute): Route {
  const { method, path, summary, query, body, result, lines, tag, problems = [] } = read;
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
      const form = lines === true && request.accepts([JSON_TYPE, NDJSON_TYPE]) === NDJSON_TYPE ? 'ndjson' : 'json';
      const question: Question = { query: asked, body: given, id: idOf(params) };
      const isKnown = (asOf: Offset): boolean => method === 'get' && tag === undefined && isKnownAt(response, graph, asOf, asked, form);
      const range = read.range?.(given);
      for (const field of ['from', 'to'] as const) {
        const cursor = range?.[field];
        if (cursor !== undefined) await judged(graph, cursor, field);
      }
      const at = (await offsetAsked(graph, asked)) ?? range?.to;
      const isOfHead = at === undefined || at === graph.fold.projection?.cursor;
      const head = isOfHead && range === undefined ? await headToAnswer(graph, read, question) : undefined;
      if (head !== undefined && (at ?? head.cursor) === head.cursor) {
        const asOf = head.cursor; // the head may move on at the next await
        if (isKnown(asOf)) return;
        const answer = await answerHere(graph, head, read, question);
        if (answer !== undefined) {
          if (tag !== 'content' || !isKnownContent(response, asOf, contentTag(answer))) answering.send(response, asOf, answer, form);
          return;
        }
      }
      const asOf = at ?? (await currentState(graph)).cursor;
      if (isKnown(asOf)) return;
      await relay(pool, response, answering, jobOf(graph, `${method} ${path}`, asOf, question, { form, answering }), read.narrow);
    },
  });
}

/** A query about the log as an HTTP route. */
export function logRoute(
  { graphs, pool }: Served,
  { path, summary, query, result, tag, problems = [], cursors = [], narrow }: LogRoute,
): Route {
  return route({
    ...{ method: 'get', path, summary, tag: 'graph', params: paramsOf(path) },
    query: { ...query, ...readQuery },
    answers: { 200: z.object({ ...result, ...envelope }) },
    problems: [...OF_READS, ...problems],
    async handle({ params, query: asked, response }) {
      const answering = new Envelope();
      const graph = await graphOf(graphs, asked.graph, accessOf(response));
      const at = await extentOf(graph, asked);
      for (const field of cursors) {
        const cursor = (asked as Record<string, unknown>)[field];
        if (cursor !== undefined) await judged(graph, cursor as Offset, field);
      }
      // Retention trims the oldest facts, so counts and lists change with the floor. The floor is part of the ETag.
      if (tag === undefined && isKnownAt(response, graph, at, asked, (await graph.log.state()).floor)) return;
      const question: Question = { query: asked, body: {}, id: idOf(params) };
      await relay(pool, response, answering, jobOf(graph, `get ${path}`, at, question, { form: 'json', answering }), narrow);
    },
  });
}

function jobOf(
  graph: ServedGraph,
  route: string,
  at: Offset,
  question: Question,
  { form, answering }: { form: Form; answering: Envelope },
): Job {
  const head = graph.fold.projection?.cursor ?? at;
  return { graph: graph.name, root: graph.root, route, at, head, ...question, accepts: form, arrivedAt: answering.arrivedAt };
}

/** Lets the pool answer. If the client leaves, the job is dropped. */
async function relay(pool: QueryPool, response: Response, answering: Envelope, job: Job, narrow: Narrow | undefined): Promise<void> {
  const left = new AbortController();
  const leave = (): void => {
    if (!response.writableFinished) left.abort();
  };
  response.setMaxListeners(20); // each middleware listens for its end, and a pipeline does so several times
  response.once('close', leave);
  if (response.destroyed) return;
  const { asOf, tag, chunks } = await pool.ask(job, left.signal, narrow);
  if (tag !== undefined && isKnownContent(response, asOf, tag)) left.abort();
  else await answering.relay(response, asOf, chunks, job.accepts);
}

/** An admin request as an HTTP route. The answer (202) says that the request is accepted, not that it is done. */
export function adminRoute({ graphs }: Served, { path, summary, body, result, act }: AdminRoute): Route {
  return route({
    ...{ method: 'post', path, summary, tag: 'graph' },
    query: graphQuery,
    body: body ?? {},
    answers: { 202: z.object({ ...result, ...envelope }) },
    problems: ['UNKNOWN_GRAPH'],
    async handle({ query: asked, body: given, response }) {
      const answering = new Envelope();
      const graph = await graphOf(graphs, asked.graph, accessOf(response));
      nameTarget(response, graph.name);
      const told = await act({ graph, body: given });
      response.status(202);
      answering.send(response, graph.fold.head, told);
    },
  });
}

const id = z.string().min(1).max(4096).describe('the id of an entity, URL-encoded');

/** The id, if the path has `{id}`. */
function paramsOf(path: string): Shape {
  return path.includes('{id}') ? { id } : {};
}

function idOf(params: Parsed<Shape>): string {
  return typeof params['id'] === 'string' ? params['id'] : '';
}

/** Whether the client has the answer to this query at this offset. Query and offset decide the answer, so they make its ETag. */
function isKnownAt(response: Response, { name }: ServedGraph, asOf: Offset, asked: Parsed<Shape>, ...more: readonly string[]): boolean {
  response.setHeader('Graphtail-Offset', asOf);
  const { at: _at, min_offset: _least, graph: _graph, ...query } = asked;
  const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return isKnownAnswer(response, name, asOf, response.req.path, JSON.stringify(sorted), ...more);
}

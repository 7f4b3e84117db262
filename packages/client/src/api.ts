import type { Offset } from '@graphtail/facts';
import { addressOf, requireHttp } from './address.ts';
import { ApiError, apiErrorOf } from './api-error.ts';
import * as answers from './api-types.ts';
import type * as z from 'zod';
import { DecodeError, decode } from './decode.ts';
import { graphQueries, type GraphQueries } from './graph-queries.ts';
import type { Filter, From } from './options.ts';
import type { Receipt } from './running-receipt.ts';
import { TokenKeeper, type TokenSource } from './token.ts';

const WITHIN_MS = 10_000;

/** If no graph is given, the server uses its only graph. */
type OfGraph = { readonly graph?: string | undefined };

type Range = { readonly from: Offset; readonly to: Offset };

/** `limit`: facts in the answer, at most 10,000. `path`: a glob over file_path. */
type FactsQuery = Pick<Filter, 'types' | 'path'> & { readonly from: From; readonly limit?: number | undefined };

/** Graphtail's HTTP interface. Every method may throw `ApiError`. */
export type Api = GraphQueries & {
  health(): Promise<answers.Health>;
  graphs(): Promise<readonly answers.Graph[]>;
  /** Adds a folder of the server's machine as a graph. Returns the graph, also if it was added before. */
  addGraph(graph: { readonly root: string; readonly name?: string | undefined }): Promise<answers.Graph>;
  /** Removes a graph for good: its log, its snapshots and its consumers. */
  removeGraph(name: string): Promise<void>;
  log(of?: OfGraph): Promise<answers.Bounds>;
  /** Returns a page of the log after `from`, in its order: those of the facts up to `through` that pass the filter. */
  facts(page: OfGraph & FactsQuery): Promise<answers.FactsPage>;
  /** Returns the log's evidence of all facts in (from, to]. */
  receipt(range: OfGraph & { readonly from: Offset; readonly to: Offset }): Promise<Receipt>;
  /** `at`: the figures as of that offset. `minOffset`: the server waits until the projector has reached it (at most 5 s). */
  stats(of?: OfGraph & { readonly at?: Offset | undefined; readonly minOffset?: Offset | undefined }): Promise<answers.Stats>;
  /** Returns the stored snapshots, newest first. */
  snapshots(of?: OfGraph): Promise<readonly answers.KeptSnapshot[]>;
  /** Returns the rules of the root's configuration file, and up to 1,000 relationships that violate them. */
  rules(of?: OfGraph & { readonly at?: Offset | undefined; readonly minOffset?: Offset | undefined }): Promise<answers.RulesReport>;
  /** Returns what differs between the states at two offsets, up to 10,000 entities of each kind of change. */
  diff(range: OfGraph & Range): Promise<answers.GraphDiff>;
  /** Returns what the change between two offsets may affect. */
  impactOfChange(range: OfGraph & Range): Promise<answers.ChangeImpact>;
  /** Returns the files that import one another in a circle, up to 500 circles. */
  cycles(of?: OfGraph & { readonly at?: Offset | undefined }): Promise<answers.Cycles>;
  consumers(of?: OfGraph): Promise<readonly answers.Consumer[]>;
  /** Moves a durable cursor; its session starts again there. Returns where it is now. */
  seek(consumer: OfGraph & { readonly name: string; readonly to: From }): Promise<answers.ConsumerCursor>;
  /** Forgets a durable cursor. */
  forget(consumer: OfGraph & { readonly name: string }): Promise<void>;
  notifierStatus(): Promise<answers.NotifierStatus>;
  reanalyze(of: OfGraph & { readonly force?: boolean; readonly reset?: boolean }): Promise<answers.AnalysisRequested>;
  cancel(of?: OfGraph): Promise<void>;
  /** Returns the whole graph as NDJSON: a line of figures, then a line per node and relationship, as the server sends them. */
  snapshotLines(of?: OfGraph & { readonly at?: Offset | undefined }): AsyncIterable<string>;
};

/**
 * @param url Graphtail's address; a path in it is kept as a prefix
 * @param token a bearer token, or a function that returns one; the function is called again if its token expired or was refused
 * @throws {TypeError} if `url` is not an http(s) address
 */
export function createApi(url: string, token?: TokenSource): Api {
  const base = requireHttp(url);
  const tokens = new TokenKeeper(token);

  const request = async (path: string, query: Query, init: Init = {}, expected = [200, 201, 202]): Promise<Response> => {
    const send = async (bearer: string | undefined): Promise<Response> => {
      const authorization: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      const headers = { accept: 'application/json', ...authorization, ...init.headers };
      try {
        return await fetch(addressOf(base, path, parametersOf(query)), { signal: AbortSignal.timeout(WITHIN_MS), ...init, headers });
      } catch (cause) {
        throw new ApiError(0, `Graphtail does not answer at ${base}`, { cause });
      }
    };
    const held = await tokenOf(() => tokens.current(Date.now()));
    let response = await send(held);
    if (response.status === 401 && tokens.renews) {
      const fresh = await tokenOf(() => tokens.renew());
      if (fresh !== held) response = await send(fresh);
    }
    if (!expected.includes(response.status)) throw await apiErrorOf(response);
    return response;
  };
  const ask = async <Schema extends z.ZodType>(schema: Schema, path: string, query: Query, init?: Init): Promise<z.output<Schema>> =>
    decoded(schema, path, await request(path, query, init));
  const posting = (body: object): Init => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

  return {
    ...graphQueries((schema, path, query, body) => ask(schema, path, query, body && posting(body))),
    // 503 is a valid answer too: it says which service is away
    health: async () => decoded(answers.health, '/health', await request('/health', {}, {}, [200, 503])),
    graphs: async () => (await ask(answers.graphs, '/api/graphs', {})).graphs,
    addGraph: (graph) => ask(answers.graph, '/api/graphs', {}, posting(graph)),
    removeGraph: async (name) => {
      await request(`/api/graphs/${encodeURIComponent(name)}`, {}, { method: 'DELETE' }, [204]);
    },
    log: ({ graph } = {}) => ask(answers.bounds, '/api/log', { graph }),
    facts: ({ graph, from, limit, types, path }) =>
      ask(answers.factsPage, '/api/log/facts', { graph, from, limit: limit?.toString(), types: types?.join(','), path }),
    receipt: ({ graph, from, to }) => ask(answers.receipt, '/api/log/receipt', { graph, from, to }),
    stats: ({ graph, at, minOffset } = {}) => ask(answers.stats, '/api/graph/stats', { graph, at, min_offset: minOffset }),
    snapshots: async ({ graph } = {}) => (await ask(answers.keptSnapshots, '/api/graph/snapshots', { graph })).snapshots,
    rules: ({ graph, at, minOffset } = {}) =>
      ask(answers.rulesReport, '/api/graph/rules', { graph, at, min_offset: minOffset, limit: '1000' }),
    diff: ({ graph, from, to }) => ask(answers.graphDiff, '/api/graph/diff', { graph, from, to, limit: '10000' }),
    impactOfChange: ({ graph, from, to }) => ask(answers.changeImpact, '/api/graph/impact', { graph }, posting({ from, to })),
    cycles: ({ graph, at } = {}) => ask(answers.cycles, '/api/graph/cycles', { graph, at, limit: '500' }),
    consumers: async ({ graph } = {}) => (await ask(answers.consumers, '/api/consumers', { graph })).consumers,
    seek: ({ graph, name, to }) =>
      ask(answers.consumerCursor, `/api/consumers/${encodeURIComponent(name)}/seek`, { graph }, posting({ to })),
    forget: async ({ graph, name }) => {
      await request(`/api/consumers/${encodeURIComponent(name)}`, { graph }, { method: 'DELETE' }, [200, 204]);
    },
    notifierStatus: () => ask(answers.notifierStatus, '/ws/status', {}),
    reanalyze: ({ graph, force = false, reset = false }) =>
      ask(answers.analysisRequested, '/api/graph/admin/reanalyze', { graph }, posting({ force, reset })),
    cancel: async ({ graph } = {}) => {
      await request('/api/graph/admin/cancel', { graph }, posting({}));
    },
    async *snapshotLines({ graph, at } = {}) {
      const headers = { accept: 'application/x-ndjson' };
      const response = await request('/api/graph/snapshot', { graph, at }, { headers, signal: null });
      if (response.body !== null) yield* linesOf(response.body, base);
    },
  };
}

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };
type Query = Readonly<Record<string, string | undefined>>;

function parametersOf(query: Query): URLSearchParams {
  return new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** @throws {ApiError} if the caller's function throws or rejects */
async function tokenOf(ask: () => string | undefined | Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await ask();
  } catch (cause) {
    throw new ApiError(0, `There is no token: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function decoded<Schema extends z.ZodType>(schema: Schema, path: string, response: Response): Promise<z.output<Schema>> {
  try {
    return decode(schema, await response.json(), path);
  } catch (cause) {
    const why = cause instanceof DecodeError ? cause.message : 'is not JSON';
    throw new ApiError(response.status, `The answer of ${path} is not in the expected form: ${why}`, { cause });
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>, base: string): AsyncIterable<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new ApiError(0, `The answer of ${base} broke off`, { cause });
      });
      const lines = (rest + decoder.decode(value, { stream: !done })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (done) break;
    }
    if (rest !== '') yield rest;
  } finally {
    await reader.cancel();
  }
}

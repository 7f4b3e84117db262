import type { Offset } from '@graphtail/facts';
import { Problem, covers, cursorProblem, requireGraph, type Access } from '@graphtail/runtime';
import type { Graphs, ServedGraph } from '../folding/graphs.ts';
import type { Projection } from '../projection/projection.ts';

const PATIENCE_MS = 5_000;

/**
 * The graph that a request is about, if its caller may know of it.
 * @throws {Problem} 403 `FORBIDDEN`, 404 `UNKNOWN_GRAPH`, 400 if several could be meant.
 */
export async function graphOf(graphs: Graphs, name: string | undefined, access: Access): Promise<ServedGraph> {
  if (name !== undefined) {
    requireGraph(access, name);
    if (graphs.get(name) === undefined) await graphs.look(); // it may have been added a moment ago
    const graph = graphs.get(name);
    if (graph === undefined) throw new Problem(404, 'UNKNOWN_GRAPH', `There is no graph named ${name}.`);
    return graph;
  }
  if (graphs.all().length === 0) await graphs.look();
  const [any] = graphs.all();
  if (any === undefined) throw new Problem(404, 'UNKNOWN_GRAPH', 'There is no graph yet.');
  const [only, ...others] = graphs.all().filter((graph) => covers(access, graph.name));
  if (only === undefined) throw new Problem(403, 'FORBIDDEN', 'The token covers no graph that there is.');
  if (others.length === 0) return only;
  const names = [only, ...others].map((each) => each.name);
  throw new Problem(400, 'BAD_REQUEST', `graph: name one of ${names.join(', ')}`, { field: 'graph', graphs: names });
}

export type Cursors = { readonly at?: Offset | undefined; readonly min_offset?: Offset | undefined };

/**
 * The offset that an answer has to be of; undefined: that of the head, now that `min_offset` is in it.
 * @throws {Problem} 409 with the log's judgement of a cursor, 503 `NOT_CAUGHT_UP`
 */
export async function offsetAsked(graph: ServedGraph, { at, min_offset: least }: Cursors): Promise<Offset | undefined> {
  if (least !== undefined) await judged(graph, least, 'min_offset');
  return at === undefined ? undefined : judged(graph, at, 'at');
}

/** The offset up to which to look into the log: `at`, or the newest that the projector knows. @throws {Problem} as {@link offsetAsked} */
export async function extentOf(graph: ServedGraph, cursors: Cursors): Promise<Offset> {
  return (await offsetAsked(graph, cursors)) ?? judged(graph, (await currentState(graph)).cursor, 'at');
}

/** The same offset, once it is known to be a place in the log, and folded. @throws {Problem} as {@link offsetAsked} */
export async function judged(graph: ServedGraph, offset: Offset, field: string): Promise<Offset> {
  await waitFor(graph, offset, field);
  return offset;
}

async function waitFor(graph: ServedGraph, offset: Offset, field: string): Promise<void> {
  const verdict = await graph.log.judge(offset);
  if (!verdict.ok) throw cursorProblem({ ...verdict.refusal, message: `${field}: ${verdict.refusal.message}` });
  if (await graph.fold.reaches(offset, PATIENCE_MS)) return;
  const cursor = graph.fold.projection?.cursor;
  throw new Problem(503, 'NOT_CAUGHT_UP', `${field}: the state is not at ${offset} yet.`, {
    field,
    cursor,
    retryable: true,
    retry_after_seconds: 1,
  });
}

/** Waits out a restore; @throws {Problem} 503 where that takes too long, or there is nothing to restore from. */
export async function currentState(graph: ServedGraph): Promise<Projection> {
  const { fold } = graph;
  if (fold.projection === undefined) await fold.restored(PATIENCE_MS);
  if (fold.projection !== undefined) return fold.projection;
  throw new Problem(503, 'NOT_CAUGHT_UP', `No state of ${graph.name} yet: ${fold.unavailable}.`, {
    retryable: true,
    retry_after_seconds: 1,
  });
}

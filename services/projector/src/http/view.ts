import type { Offset } from '@graphtail/facts';
import { Problem, cursorProblem, onlyGraph, requireGraph, type Access } from '@graphtail/runtime';
import type { Graphs, ServedGraph } from '../folding/graphs.ts';
import type { Projection } from '../projection/projection.ts';

const PATIENCE_MS = 5_000;

/**
 * The graph of a request, if the caller has access to it.
 * @throws {Problem} 403 `FORBIDDEN`, 404 `UNKNOWN_GRAPH`, 400 if the request names no graph and the caller has access to several
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
  return graphs.get(onlyGraph(graphs.all(), access))!;
}

export type Cursors = { readonly at?: Offset | undefined; readonly min_offset?: Offset | undefined };

/**
 * Waits until the state holds `min_offset`.
 * @returns the offset whose state the answer has to be about; undefined means the head
 * @throws {Problem} 409 with the log's judgement of a cursor, 503 `NOT_CAUGHT_UP`
 */
export async function offsetAsked(graph: ServedGraph, { at, min_offset: least }: Cursors): Promise<Offset | undefined> {
  if (least !== undefined) await judged(graph, least, 'min_offset');
  return at === undefined ? undefined : judged(graph, at, 'at');
}

/** The offset up to which an answer reads the log: `at`, or the newest folded one. @throws {Problem} as {@link offsetAsked} */
export async function extentOf(graph: ServedGraph, cursors: Cursors): Promise<Offset> {
  return (await offsetAsked(graph, cursors)) ?? judged(graph, (await currentState(graph)).cursor, 'at');
}

/** Returns the same offset after the log has accepted it and the fold has reached it. @throws {Problem} as {@link offsetAsked} */
export async function judged(graph: ServedGraph, offset: Offset, field: string): Promise<Offset> {
  await waitFor(graph, offset, field);
  return offset;
}

async function waitFor(graph: ServedGraph, offset: Offset, field: string): Promise<void> {
  const verdict = await graph.log.judge(offset);
  if (!verdict.ok) throw cursorProblem(verdict.refusal, field);
  if (await graph.fold.reaches(offset, PATIENCE_MS)) return;
  const cursor = graph.fold.projection?.cursor;
  throw new Problem(503, 'NOT_CAUGHT_UP', `${field}: the state is not at ${offset} yet.`, {
    field,
    cursor,
    retryable: true,
    retry_after_seconds: 1,
  });
}

/** Waits until the state is restored. @throws {Problem} 503 if that takes too long, or if there is nothing to restore from */
export async function currentState(graph: ServedGraph): Promise<Projection> {
  const { fold } = graph;
  if (fold.projection === undefined) await fold.restored(PATIENCE_MS);
  if (fold.projection !== undefined) return fold.projection;
  throw new Problem(503, 'NOT_CAUGHT_UP', `No state of ${graph.name} yet: ${fold.unavailable}.`, {
    retryable: true,
    retry_after_seconds: 1,
  });
}

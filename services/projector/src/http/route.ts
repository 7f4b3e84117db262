import type { Offset } from '@graphtail/facts';
import type { Snapshots } from '@graphtail/log';
import type { Parsed, ProblemCode, Shape } from '@graphtail/runtime';
import type { ServedGraph } from '../folding/graphs.ts';
import type { Timeline } from '../history/timeline.ts';
import type { GraphStates } from '../past/graph-states.ts';
import type { IndexName, Projection } from '../projection/projection.ts';
import type { Budget } from '../queries/budget.ts';

export type ReadContext<Q extends Shape, B extends Shape> = {
  /** The state that the request is about: at the head, or at its `at`. */
  readonly projection: Projection;
  /** The state at the head, to compare with. `projection` may be another state once this was called. */
  readonly current: () => Promise<Projection>;
  /** The folder that the graph describes. */
  readonly root: string;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  /** The `{id}` of the path, decoded. */
  readonly id: string;
  /** What answering may cost: it throws `OverBudget` beyond. */
  readonly budget: Budget;
};

/** Rows to be written one by one, so that a whole graph is never one string: head, lists, tail are one JSON object. */
export type Streamed = {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly lists: Readonly<Record<string, Iterable<object>>>;
};
export class StreamedAnswer {
  readonly content: Streamed;
  constructor(content: Streamed) {
    this.content = content;
  }
}

/** A question about a state. The answer is computed in one go, from one state. */
export type ReadRoute<Q extends Shape = Shape, B extends Shape = Shape> = {
  readonly method: 'get' | 'post';
  /** With `{id}` where a path ends in an entity's id. */
  readonly path: string;
  readonly summary: string;
  /** Beside what every read takes. */
  readonly query?: Q;
  readonly body?: B;
  /** What the answer holds, beside what every answer tells. */
  readonly result: Shape;
  /** It can be had as NDJSON too. */
  readonly lines?: boolean;
  /** The offset and the query decide the answer (default); if not, its ETag is made of what it holds. */
  readonly tag?: 'content';
  readonly problems?: readonly ProblemCode[];
  /** The indexes that answering takes, so that they are built in slices. */
  readonly needs: (query: Parsed<Q>) => readonly IndexName[];
  /** Of more than a small graph it is never answered on the main thread. Other questions are, if their budget suffices. */
  readonly isHeavy?: (query: Parsed<Q>) => boolean;
  readonly narrow?: Narrow;
  readonly answer: (context: ReadContext<Q, B>) => object | Promise<object>;
};

/** What helps if a question is `TOO_EXPENSIVE`. */
export type Narrow = { readonly field: string; readonly hint: string };

/** The log and the states that it amounted to, as a question about the past sees them. */
export type Past = {
  readonly states: GraphStates;
  readonly timeline: Timeline;
  readonly snapshots: Snapshots;
  /** Nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly budget: Budget;
};

/** A question about the log rather than about one state. */
export type LogRoute<Q extends Shape = Shape> = {
  readonly path: string;
  readonly summary: string;
  readonly query?: Q;
  readonly result: Shape;
  /** As of a read. */
  readonly tag?: 'content';
  readonly problems?: readonly ProblemCode[];
  /** Fields of the query that are cursors: they are judged before the question is asked. */
  readonly cursors?: readonly string[];
  readonly narrow?: Narrow;
  /** `at` has been judged: the one asked for, or the newest that the projector knows. `asOf`: of which offset the answer is true. */
  readonly answer: (
    context: Past & { readonly at: Offset; readonly query: Parsed<Q>; readonly id: string },
  ) => Promise<{ readonly asOf: Offset; readonly body: object }>;
};

/** A wish about a graph, carried out elsewhere or later. */
export type AdminRoute<B extends Shape = Shape> = {
  readonly path: string;
  readonly summary: string;
  readonly body?: B;
  readonly result: Shape;
  readonly act: (context: { graph: ServedGraph; body: Parsed<B> }) => object | Promise<object>;
};

/** Keeps the types of a route's query and body; the list of routes forgets them. */
export function read<const Q extends Shape = Record<never, never>, const B extends Shape = Record<never, never>>(
  route: ReadRoute<Q, B>,
): ReadRoute {
  return route as unknown as ReadRoute;
}

export function readLog<const Q extends Shape = Record<never, never>>(route: LogRoute<Q>): LogRoute {
  return route as unknown as LogRoute;
}

export function admin<const B extends Shape = Record<never, never>>(route: AdminRoute<B>): AdminRoute {
  return route as unknown as AdminRoute;
}

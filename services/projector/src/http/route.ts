import type { Offset } from '@graphtail/facts';
import type { Snapshots } from '@graphtail/log';
import type { Parsed, ProblemCode, Shape } from '@graphtail/runtime';
import type { ServedGraph } from '../folding/graphs.ts';
import type { Timeline } from '../history/timeline.ts';
import type { GraphStates } from '../past/graph-states.ts';
import type { NetChanges } from '../past/rewindable-state.ts';
import type { IndexName, Projection } from '../projection/projection.ts';
import type { Budget } from '../queries/budget.ts';

export type ReadContext<Q extends Shape, B extends Shape> = {
  /** The state to answer from: at the head, or at the request's `at`. */
  readonly projection: Projection;
  /** Returns the state at the head, to compare with. After this call, `projection` may hold another state. */
  readonly current: () => Promise<Projection>;
  /** The path of the folder that the graph describes. */
  readonly root: string;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  /** The `{id}` of the path, decoded. */
  readonly id: string;
  /** What changed in the route's `range`, if the question has one. */
  readonly changed: NetChanges | undefined;
  /** The work that the answer may do. Above it, the budget throws `OverBudget`. */
  readonly budget: Budget;
};

/** Fields and lists of one JSON object. List items are written one by one, so that a whole graph is never one string. */
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

/** The facts after `from`, up to `to`; default: up to the newest. */
export type Range = { readonly from: Offset; readonly to?: Offset | undefined };

/** A route that answers from a state of the graph. Each answer is computed at once, from one state. */
export type ReadRoute<Q extends Shape = Shape, B extends Shape = Shape> = {
  readonly method: 'get' | 'post';
  /** Ends in `{id}` if the path ends in an entity's id. */
  readonly path: string;
  readonly summary: string;
  /** Parameters in addition to the ones that every read takes. */
  readonly query?: Q;
  readonly body?: B;
  /** Fields of the answer, in addition to the ones of every answer. */
  readonly result: Shape;
  /** The client can request NDJSON too. */
  readonly lines?: boolean;
  /** By default the offset and the query decide the answer, and so its ETag. `content`: the ETag is a hash of the answer. */
  readonly tag?: 'content';
  readonly problems?: readonly ProblemCode[];
  /** The indexes that the answer needs. They are built beforehand, in slices. */
  readonly needs: (query: Parsed<Q>) => readonly IndexName[];
  /** If true, only a small graph is answered on the main thread. Otherwise the main thread answers if its budget suffices. */
  readonly isHeavy?: (query: Parsed<Q>) => boolean;
  /** The range of the log of which the answer needs the changes. Its end is the default of `at`. */
  readonly range?: (body: Parsed<B>) => Range | undefined;
  readonly narrow?: Narrow;
  readonly answer: (context: ReadContext<Q, B>) => object | Promise<object>;
};

/** How a client can make a query cheaper if it is `TOO_EXPENSIVE`: the field to change, and how. */
export type Narrow = { readonly field: string; readonly hint: string };

/** What a query about the past can use: the log and the states folded from it. */
export type Past = {
  readonly states: GraphStates;
  readonly timeline: Timeline;
  readonly snapshots: Snapshots;
  /** Aborts when the client no longer waits for the answer. */
  readonly signal: AbortSignal;
  readonly budget: Budget;
};

/** A route that answers from the log rather than from one state. */
export type LogRoute<Q extends Shape = Shape> = {
  readonly path: string;
  readonly summary: string;
  readonly query?: Q;
  readonly result: Shape;
  /** As in {@link ReadRoute}. */
  readonly tag?: 'content';
  readonly problems?: readonly ProblemCode[];
  /** Fields of the query that are cursors. The log judges them before the answer is computed. */
  readonly cursors?: readonly string[];
  readonly narrow?: Narrow;
  /** `at`: the requested offset or else the newest folded one; it was judged. `asOf`: the offset at which the answer is true. */
  readonly answer: (
    context: Past & { readonly at: Offset; readonly query: Parsed<Q>; readonly id: string },
  ) => Promise<{ readonly asOf: Offset; readonly body: object }>;
};

/** A request to change something about a graph. Another service carries it out, or the fold does so later. */
export type AdminRoute<B extends Shape = Shape> = {
  readonly path: string;
  readonly summary: string;
  readonly body?: B;
  readonly result: Shape;
  readonly act: (context: { graph: ServedGraph; body: Parsed<B> }) => object | Promise<object>;
};

/** Checks a route with the types of its query and body. The list of routes does not keep these types. */
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

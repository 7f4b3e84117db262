import type { ServedGraph } from '../folding/graphs.ts';
import { prepare } from '../folding/prepare.ts';
import type { Projection } from '../projection/projection.ts';
import { Budget, OverBudget } from '../queries/budget.ts';
import { withNear } from '../queries/near.ts';
import type { ReadRoute } from './route.ts';
import { currentState } from './view.ts';

/** The parsed request. */
export type Question = {
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly id: string;
};

/** Entities that an answer on the main thread may look at: one or two milliseconds, in which no other request is answered. */
const CHEAP = 2_000;
/** Nodes and relationships. In a graph up to this size, every answer is cheap. */
const SMALL_GRAPH = 2_000;

/** The state at the head, with the indexes that the answer needs; undefined if the main thread should not answer. */
export async function headToAnswer(graph: ServedGraph, route: ReadRoute, { query }: Question): Promise<Projection | undefined> {
  const state = await currentState(graph);
  const isSmall = state.nodes.size + state.relationships.size <= SMALL_GRAPH;
  if (route.isHeavy?.(query) === true && !isSmall) return undefined;
  await prepare(state, route.needs(query));
  return currentState(graph); // a rebuilt state may have replaced it meanwhile; it has the same indexes, or builds them now
}

/** The answer, from the main thread's state at the time of the call; undefined if it needs more than the cheap budget. */
export async function answerHere(
  graph: ServedGraph,
  projection: Projection,
  route: ReadRoute,
  question: Question,
): Promise<object | undefined> {
  try {
    return await withNear(projection, () =>
      route.answer({
        ...question,
        projection,
        current: () => currentState(graph),
        root: graph.root,
        changed: undefined,
        budget: new Budget(CHEAP),
      }),
    );
  } catch (error) {
    if (error instanceof OverBudget) return undefined;
    throw error;
  }
}

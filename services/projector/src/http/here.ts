import type { ServedGraph } from '../folding/graphs.ts';
import { prepare } from '../folding/prepare.ts';
import type { Projection } from '../projection/projection.ts';
import { Budget, OverBudget } from '../queries/budget.ts';
import type { ReadRoute } from './route.ts';
import { currentState } from './view.ts';

/** What was asked, parsed. */
export type Question = {
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly id: string;
};

/** Entities that an answer on the main thread may look at: a millisecond or two, in which nobody else is answered. */
const CHEAP = 2_000;
/** Nodes and relationships of a graph of which any answer is cheap. */
const SMALL_GRAPH = 2_000;

/** The state at the head with all that this question needs; undefined if the question is not one for the main thread. */
export async function headToAnswer(graph: ServedGraph, route: ReadRoute, { query }: Question): Promise<Projection | undefined> {
  const state = await currentState(graph);
  const isSmall = state.nodes.size + state.relationships.size <= SMALL_GRAPH;
  if (route.isHeavy?.(query) === true && !isSmall) return undefined;
  await prepare(state, route.needs(query));
  return currentState(graph); // a rebuilt one may have taken its place meanwhile; it has the same indexes, or builds them now
}

/** The answer from the main thread's state; undefined if it would take more than is cheap. It is of the state as it is at the call. */
export async function answerHere(
  graph: ServedGraph,
  projection: Projection,
  route: ReadRoute,
  question: Question,
): Promise<object | undefined> {
  try {
    return await route.answer({
      ...question,
      projection,
      current: () => currentState(graph),
      root: graph.root,
      budget: new Budget(CHEAP),
    });
  } catch (error) {
    if (error instanceof OverBudget) return undefined;
    throw error;
  }
}

import type { Projection } from '../projection/projection.ts';
import { category, type CategoryRequest } from './categories.ts';
import type { Budget } from './budget.ts';

/** Nodes at which a program or a request starts, each with a confidence and a reason. */
export function entryPoints(projection: Projection, request: CategoryRequest, budget: Budget) {
  const { nodes, total, limit, offset } = category(projection, 'entry_points', request, budget);
  return { entry_points: nodes, total, limit, offset };
}

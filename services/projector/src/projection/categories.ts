import type { GraphNode } from '@graphtail/facts';
import { isCallable } from './census.ts';
import type { Degree } from './degrees.ts';
import { entryPointOf, type EntryPoint } from './entry-point.ts';
import { Ranking } from './ranking.ts';

/** A node with at least this many relationships is a hub. */
export const HUB_DEGREE = 20;

/** Which nodes are hubs, leaves and entry points. It is updated node by node. */
export class Categories {
  /** All nodes by degree. */
  readonly degrees = new Ranking();
  /** Functions and methods by complexity. */
  readonly complexities = new Ranking();
  readonly leaves = new Set<string>();
  readonly entryPoints = new Map<string, EntryPoint>();

  /** The caller calls this for each node that changed or whose relationships changed. `node` is undefined if it is not in the graph. */
  judge(id: string, node: GraphNode | undefined, degree: Readonly<Degree>): void {
    this.degrees.set(id, node && degree.total);
    this.complexities.set(id, node && isCallable(node) ? node.complexity : undefined);
    if (node !== undefined && isLeaf(node, degree)) this.leaves.add(id);
    else this.leaves.delete(id);
    const entryPoint = node && entryPointOf(node, degree);
    if (entryPoint === undefined) this.entryPoints.delete(id);
    else this.entryPoints.set(id, entryPoint);
  }

  clear(): void {
    for (const index of [this.degrees, this.complexities, this.leaves, this.entryPoints]) index.clear();
  }
}

/** A function or method that calls nothing. */
function isLeaf(node: GraphNode, { calls, instantiations, seams }: Readonly<Degree>): boolean {
  return isCallable(node) && calls + instantiations + seams === 0;
}

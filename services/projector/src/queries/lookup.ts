import type { GraphNode } from '@graphtail/facts';
import { byText } from '../projection/ranking.ts';
import type { Projection } from '../projection/projection.ts';
import { NotFound } from './not-found.ts';

/** @throws {NotFound} */
export function nodeOrThrow(projection: Projection, id: string): GraphNode {
  const node = projection.node(id);
  if (node === undefined) throw new NotFound(`No node has the id ${JSON.stringify(id)} at offset ${projection.cursor}.`, { sought: id });
  return node;
}

/**
 * The nodes that a symbol means: the one with that id, else all with that qualified name, else all with that name.
 * @throws {NotFound}
 */
export function nodesOf(projection: Projection, symbol: string): GraphNode[] {
  const byId = projection.node(symbol);
  if (byId !== undefined) return [byId];
  const nodes = [...projection.names.exactly(symbol)].sort(byText).flatMap((id) => projection.node(id) ?? []);
  if (nodes.length === 0)
    throw new NotFound(`No node has the id, qualified name or name ${JSON.stringify(symbol)} at offset ${projection.cursor}.`, {
      sought: symbol,
    });
  return nodes;
}

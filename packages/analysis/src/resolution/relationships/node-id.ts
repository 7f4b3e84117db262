import { fileId, symbolId, unescapePath } from '@graphtail/facts/plain';
import type { NodeNumber } from '../../extraction/numbers.ts';
import type { Unit } from '../program/unit.ts';

export function nodeId(unit: Unit, node: NodeNumber): string {
  const { suffix } = unit.extraction.nodes[node]!;
  return suffix === '' ? fileId(unit.path) : symbolId(unit.path, suffix);
}

/** The file of a node. */
export function fileOf(id: string): string {
  const hash = id.indexOf('#');
  return unescapePath(hash === -1 ? id : id.slice(0, hash));
}

import { fileId, symbolId } from '@graphtail/facts/plain';
import type { Unit } from '../program/unit.ts';

export function nodeId(unit: Unit, node: number): string {
  const { suffix } = unit.extraction.nodes[node]!;
  return suffix === '' ? fileId(unit.path) : symbolId(unit.path, suffix);
}

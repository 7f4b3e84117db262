import type { GraphNode } from '@graphtail/facts';
import type { Adjacency } from './adjacency.ts';
import { isCallable } from './census.ts';

/** Why a node is believed to be where a program or a request starts, and how firmly (0–1). */
export type EntryPoint = { readonly confidence: number; readonly reason: string };

const TEST_FILE = /(^|\/)(tests?|specs?|__tests__)\/|[._-](test|spec)\.[^/.]+$|(^|\/)test_[^/]+$/;
const MAIN_NAMES = new Set(['main', 'Main', '__main__']);

export function isTestPath(path: string): boolean {
  return TEST_FILE.test(path);
}

/** Judged by a node and the relationships that touch it alone, so that a change re-judges two nodes and no more. */
export function entryPointOf(node: GraphNode, adjacency: Adjacency): EntryPoint | undefined {
  if (node.node_type === 'route') return { confidence: 1, reason: 'a route: requests start here' };
  if (node.node_type === 'file') return fileEntryPoint(node, adjacency);
  if (isCallable(node)) return callableEntryPoint(node, adjacency);
  return undefined;
}

/** A file that runs something as it is loaded, and that no other file loads. */
function fileEntryPoint(node: GraphNode, adjacency: Adjacency): EntryPoint | undefined {
  const runs = adjacency.ids(node.id, 'out', 'calls').size + adjacency.ids(node.id, 'out', 'instantiates').size;
  if (runs === 0 || adjacency.ids(node.id, 'in', 'imports').size > 0) return undefined;
  if (isTestPath(node.file_path)) return { confidence: 0.6, reason: 'a test file: the test runner starts it' };
  return { confidence: 0.9, reason: 'runs code when loaded, and no other file imports it' };
}

function callableEntryPoint(node: GraphNode, adjacency: Adjacency): EntryPoint | undefined {
  if (MAIN_NAMES.has(node.name)) return { confidence: 0.8, reason: 'named main' };
  const calls = adjacency.ids(node.id, 'out', 'calls').size;
  if (node.node_type !== 'function' || node.is_exported !== true || calls === 0) return undefined;
  const used = (['calls', 'references', 'uses'] as const).some((type) => adjacency.ids(node.id, 'in', type).size > 0);
  return used ? undefined : { confidence: 0.4, reason: 'exported, calls others, and nothing here calls it' };
}

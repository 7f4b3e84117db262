import type { GraphNode } from '@graphtail/facts';
import { isCallable } from './census.ts';
import type { Degree } from './degrees.ts';

/** Why a program or a request probably starts at a node, and the confidence in it (0–1). */
export type EntryPoint = { readonly confidence: number; readonly reason: string };

const MAIN_NAMES = new Set(['main', 'Main', '__main__']);

/** Depends only on the node and the relationships that touch it, so that a changed relationship re-judges no more than its ends. */
export function entryPointOf(node: GraphNode, degree: Readonly<Degree>): EntryPoint | undefined {
  if (node.node_type === 'route') return { confidence: 1, reason: 'a route: requests start here' };
  if (node.node_type === 'file') return fileEntryPoint(node, degree);
  if (isCallable(node)) return callableEntryPoint(node, degree);
  return undefined;
}

/** A file that does something when it is loaded, and that no other file imports. */
function fileEntryPoint({ origin, file_path: path }: GraphNode, degree: Readonly<Degree>): EntryPoint | undefined {
  if (degree.imported > 0 || path.endsWith('.d.ts')) return undefined;
  const runs = degree.calls + degree.instantiations > 0;
  if (origin === 'test') return runs ? { confidence: 0.6, reason: 'a test file: the test runner starts it' } : undefined;
  if (runs) return { confidence: 0.9, reason: 'runs code when loaded, and no other file imports it' };
  if (degree.uses > 0)
    return { confidence: 0.8, reason: 'uses other code when loaded, e.g. renders a component, and no other file imports it' };
  if (degree.imports > 0 && degree.exports === 0)
    return { confidence: 0.6, reason: 'imports other files, exports nothing, and no other file imports it' };
  return undefined;
}

function callableEntryPoint(node: GraphNode, degree: Readonly<Degree>): EntryPoint | undefined {
  if (MAIN_NAMES.has(node.name)) return { confidence: 0.8, reason: 'named main' };
  if (node.node_type !== 'function' || node.is_exported !== true || degree.calls === 0) return undefined;
  return degree.used > 0 ? undefined : { confidence: 0.4, reason: 'exported, calls others, and nothing here calls it' };
}

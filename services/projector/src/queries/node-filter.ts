import { compileGlob, hasGlobSyntax, type GraphNode } from '@graphtail/facts';
import { originOf, type Origin } from './origin.ts';
import type { Projection } from '../projection/projection.ts';

export type NodeFilter = {
  readonly language?: string | undefined;
  readonly node_type?: string | undefined;
  /** A glob for file_path, or a part of file_path. */
  readonly path?: string | undefined;
  /** Origins that are left out. */
  readonly exclude?: readonly Origin[] | undefined;
};

/** Returns a function that says whether a node passes; undefined if every node passes. */
export function nodeFilter(
  projection: Projection,
  { language, node_type: type, path, exclude = [] }: NodeFilter,
): ((node: GraphNode) => boolean) | undefined {
  if (language === undefined && type === undefined && path === undefined && exclude.length === 0) return undefined;
  const excluded: ReadonlySet<Origin | undefined> = new Set(exclude);
  const paths = path === undefined ? undefined : pathsMatching(projection, path);
  return (node) =>
    (language === undefined || node.language === language) &&
    (type === undefined || node.node_type === type) &&
    (paths === undefined || paths.has(node.file_path)) &&
    !excluded.has(originOf(node));
}

/** Matches each path once, not once for each node of the file. */
function pathsMatching(projection: Projection, path: string): Set<string> {
  const matches = hasGlobSyntax(path) ? compileGlob(path) : (text: string) => text.includes(path);
  const paths = new Set<string>();
  for (const { text } of projection.files.paths()) if (matches(text)) paths.add(text);
  return paths;
}

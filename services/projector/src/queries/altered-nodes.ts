import type { GraphNode, Relationship } from '@graphtail/facts';
import type { NetChange, NetChanges } from '../past/rewindable-state.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import type { Budget } from './budget.ts';

/** Attributes that change when code only moves. */
const PLACE = new Set(['start_line', 'end_line']);
/** Attributes of a file that change with every edit. */
const OF_CONTENT = new Set(['content_hash', 'analyzer_version', 'line_count', 'complexity']);

/**
 * The nodes that were changed and still exist, and the ids of those that were deleted. A node that only moved is not changed. A
 * file stands for an edit of which nothing else is known, e.g. another number in a function.
 */
export function alteredNodes(
  projection: Projection,
  { nodes, relationships }: NetChanges,
  budget: Budget,
): { nodes: GraphNode[]; gone: string[] } {
  budget.spend(nodes.size + relationships.size);
  const ids = new Set<string>();
  const gone: string[] = [];
  const edited = new Set<string>();
  for (const [id, change] of nodes) {
    if (change.after === undefined) {
      if (change.before !== undefined) gone.push(id);
      continue;
    }
    const isFile = change.after.value.node_type === 'file';
    if (isFile && change.before !== undefined) edited.add(id);
    if (isAltered(change, isFile ? OF_CONTENT : undefined)) ids.add(id);
  }
  for (const { before, after } of relationships.values()) {
    const { source_id, relationship_type } = (after ?? before)!.value;
    if (relationship_type !== 'contains' && !isSame(before?.value, after?.value)) ids.add(source_id);
  }
  const found = [...ids].flatMap((id) => projection.node(id) ?? []);
  const explained = new Set(found.map(({ file_path }) => file_path));
  for (const id of edited) {
    const file = projection.node(id);
    if (file !== undefined && !explained.has(file.file_path)) found.push(file);
  }
  return { nodes: found.sort((a, b) => byText(a.id, b.id)), gone: gone.sort(byText) };
}

function isAltered({ before, after }: NetChange<GraphNode>, ignored: ReadonlySet<string> | undefined): boolean {
  if (before === undefined || after === undefined) return before !== after;
  const [then, now] = [before.value, after.value] as unknown as Record<string, unknown>[];
  const length = (node: GraphNode): number => node.end_line - node.start_line;
  if (ignored === undefined && length(before.value) !== length(after.value)) return true;
  return [...new Set([...Object.keys(then!), ...Object.keys(now!)])].some(
    (key) => !PLACE.has(key) && ignored?.has(key) !== true && JSON.stringify(then![key]) !== JSON.stringify(now![key]),
  );
}

/** Whether a relationship is the same but for the lines at which it stands. */
function isSame(before: Relationship | undefined, after: Relationship | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return before.count === after.count && before.resolution === after.resolution && before.confidence === after.confidence;
}

import { fileId, type GraphNode, type RelationshipType } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import { declaredIn } from './declared-in.ts';
import { nodeFilter, type NodeFilter } from './node-filter.ts';
import { originOf } from './origin.ts';
import type { PageRequest } from './page.ts';

export type DeadCodeRequest = PageRequest & NodeFilter;

const JUDGED: ReadonlySet<string> = new Set(['function', 'method', 'class', 'interface', 'enum', 'type', 'variable']);
/** What runs or is needed if a node is. */
const LEADS_ON: readonly RelationshipType[] = ['calls', 'instantiates', 'inherits', 'implements', 'references', 'uses', 'seam', 'imports'];
const NOT_READ: readonly RelationshipType[] = ['contains', 'exports', 'overrides'];

type Verdict = { readonly reason: string; readonly confidence: number };

/**
 * Code that nothing reaches from entry points, routes, exported symbols and tests. What is called in ways that the source does not
 * show (reflection, frameworks, templates) looks dead too, so each item has a reason and a confidence (0–1), and the surest are first.
 * @throws {OverBudget}
 */
export function deadCode(projection: Projection, request: DeadCodeRequest, budget: Budget) {
  const reached = reachable(projection, roots(projection, budget), budget);
  const admits = nodeFilter(projection, request);
  const items: { node: GraphNode; reason: string; confidence: number }[] = [];
  for (const { value: node } of projection.nodes.values()) {
    if (!JUDGED.has(node.node_type) || reached.has(node.id) || admits?.(node) === false) continue;
    const verdict = judge(projection, node, reached);
    if (verdict !== undefined) items.push({ node, ...verdict });
  }
  const { limit, offset } = request;
  const first = smallest(items, offset + limit, (a, b) => b.confidence - a.confidence || byText(a.node.id, b.node.id));
  return { items: first.slice(offset), total: items.length, limit, offset };
}

function roots(projection: Projection, budget: Budget): Set<string> {
  const found = new Set(projection.categories.entryPoints.keys());
  budget.spend(projection.nodes.size);
  for (const { value: node } of projection.nodes.values()) {
    if (node.node_type === 'route' || node.is_exported === true || originOf(node) === 'test') found.add(node.id);
  }
  return found;
}

/** Everything that the roots lead to. What is reached loads its file; a method that is called may run the one that overrides it. */
function reachable(projection: Projection, from: Set<string>, budget: Budget): ReadonlySet<string> {
  const seen = from; // grows while it is iterated over
  for (const id of seen) {
    const node = projection.node(id);
    if (node === undefined) continue;
    seen.add(fileId(node.file_path));
    for (const type of LEADS_ON) {
      const ids = projection.adjacency.ids(id, 'out', type);
      budget.spend(1 + ids.size);
      for (const each of ids) seen.add(projection.relationship(each)?.target_id ?? id);
    }
    for (const each of projection.adjacency.ids(id, 'in', 'overrides')) seen.add(projection.relationship(each)?.source_id ?? id);
    const holder = declaredIn(projection, id);
    if (holder !== undefined) seen.add(holder);
  }
  return seen;
}

function judge(projection: Projection, node: GraphNode, reached: ReadonlySet<string>): Verdict | undefined {
  const holder = declaredIn(projection, node.id);
  const ofType = holder !== undefined && projection.node(holder)?.node_type !== 'file';
  if (ofType && node.node_type !== 'method' && !reached.has(holder)) return undefined; // its container is listed
  if (node.node_type === 'method') {
    if (holder !== undefined && !reached.has(holder)) return undefined;
    if (isCalledFromOutside(node)) return undefined;
    if (projection.adjacency.ids(node.id, 'out', 'overrides').size > 0) return undefined; // called by way of the method it replaces
    if (node.visibility === 'private') return { reason: 'a private method that nothing calls', confidence: 0.9 };
    return { reason: 'a method of a class that is used; nothing that is seen calls it', confidence: 0.4 };
  }
  const isMentioned = mentions(projection, node.id);
  if (decorated(projection, node)) return { reason: 'nothing calls it, but a decorator may register it', confidence: 0.3 };
  if (isMentioned) return { reason: 'only code that is itself unreachable uses it', confidence: 0.8 };
  if (node.node_type === 'variable') return { reason: 'no use of it is seen', confidence: 0.5 };
  return { reason: 'nothing uses it', confidence: 0.9 };
}

/** Constructors, operators and the like are called by the language. */
function isCalledFromOutside({ name }: GraphNode): boolean {
  return name === 'constructor' || /^__\w+__$/.test(name) || name === 'toString' || name === 'toJSON';
}

function mentions(projection: Projection, id: string): boolean {
  return projection.adjacency.types().some((type) => !NOT_READ.includes(type) && projection.adjacency.ids(id, 'in', type).size > 0);
}

/** Whether a function or class wears a decorator: it uses a function of which it has no call. */
function decorated(projection: Projection, { id }: GraphNode): boolean {
  for (const each of projection.adjacency.ids(id, 'out', 'uses')) {
    const target = projection.node(projection.relationship(each)?.target_id ?? '');
    if (target?.node_type === 'function' || target?.node_type === 'package') return true;
  }
  return false;
}

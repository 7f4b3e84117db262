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

/** Uses of variables are not all in the graph. */
const JUDGED: ReadonlySet<string> = new Set(['function', 'method', 'class', 'interface', 'enum', 'type']);
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
    if (!JUDGED.has(node.node_type) || node.file_path.endsWith('.d.ts') || admits?.(node) === false) continue;
    const verdict = reached.has(node.id) ? judgeReached(projection, node) : judgeUnreached(projection, node, reached);
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

/**
 * Everything that the roots lead to. What is reached loads its file, and has its members with it, which may be called in ways that are
 * not seen; but for private methods, which only their own class calls. A method that is called may run the one that overrides it.
 */
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
    for (const each of projection.adjacency.ids(id, 'out', 'contains')) {
      const member = projection.node(projection.relationship(each)?.target_id ?? '');
      if (member !== undefined && comesWith(node, member)) seen.add(member.id);
    }
  }
  return seen;
}

/** Whether a member is there for whoever has its holder: a method, a variable, or a function in an object literal. */
function comesWith(holder: GraphNode, member: GraphNode): boolean {
  if (isInLiteral(holder, member) || member.node_type === 'variable' || holder.node_type === 'variable') return true;
  return (
    (member.node_type === 'method' || member.node_type === 'property') && holder.node_type !== 'file' && member.visibility !== 'private'
  );
}

/** A function in an object literal is named by the constant or call that has the literal: more than its own name is added. */
function isInLiteral(holder: GraphNode, member: GraphNode): boolean {
  const outer = holder.node_type === 'file' ? '' : `${holder.qualified_name ?? holder.name}.`;
  const inner = member.qualified_name ?? '';
  return inner.startsWith(outer) && inner.slice(outer.length).includes('.');
}

function judgeUnreached(projection: Projection, node: GraphNode, reached: ReadonlySet<string>): Verdict | undefined {
  const holder = declaredIn(projection, node.id);
  const around = holder === undefined ? undefined : projection.node(holder);
  if (around !== undefined && around.node_type !== 'file' && !reached.has(around.id)) return undefined; // what it is declared in is listed
  if ((node.name.startsWith('_') && node.node_type !== 'method') || isCalledByTheLanguage(node)) return undefined;
  if (node.node_type === 'method') return { reason: 'a private method that nothing calls', confidence: 0.9 };
  if (decorated(projection, node)) return { reason: 'nothing calls it, but a decorator may register it', confidence: 0.3 };
  if (mentions(projection, node.id)) return { reason: 'only code that is itself unreachable uses it', confidence: 0.8 };
  if (around !== undefined && around.node_type !== 'file')
    return { reason: 'declared inside other code; no use of it is seen', confidence: 0.6 };
  return { reason: 'nothing uses it', confidence: 0.9 };
}

/** A method of a class that is used may itself have no use. */
function judgeReached(projection: Projection, node: GraphNode): Verdict | undefined {
  if (node.node_type !== 'method' || node.is_exported === true || isCalledByTheLanguage(node) || originOf(node) === 'test')
    return undefined;
  if (mentions(projection, node.id) || projection.adjacency.ids(node.id, 'out', 'overrides').size > 0) return undefined;
  return { reason: 'a method of code that is used; no call of it is seen', confidence: 0.3 };
}

/** Constructors, operators and the like. */
function isCalledByTheLanguage({ name }: GraphNode): boolean {
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

import type { Api } from '@graphtail/client';
import type { Fact, Offset, Violation } from '@graphtail/facts';
import { answered } from '../once/once.ts';
import type { Tree } from './git-tree.ts';

type Diff = Awaited<ReturnType<Api['diff']>>;
type Counts = { readonly nodes: number; readonly relationships: number };

/** What a change of the code does to its graph. `--format json` prints it as it is. */
export type DiffReport = {
  readonly base: string;
  readonly head: string;
  readonly files: { readonly added: readonly string[]; readonly updated: readonly string[]; readonly deleted: readonly string[] };
  readonly counts: { readonly added: Counts; readonly updated: Counts; readonly deleted: Counts };
  /** IDs of nodes, without files and packages. */
  readonly nodes: { readonly added: readonly string[]; readonly updated: readonly ChangedNode[]; readonly deleted: readonly string[] };
  readonly packages: Ends;
  readonly routes: Ends;
  readonly seams: Ends;
  /** Circles of imports that only the head has, or only the base. */
  readonly cycles: { readonly added: readonly (readonly string[])[]; readonly deleted: readonly (readonly string[])[] };
  readonly rules: { readonly violated: readonly Violation[]; readonly satisfied: readonly Violation[] };
  /** What depends on the changed nodes. */
  readonly impact: { readonly nodes: number; readonly files: number; readonly tests: readonly string[] };
  /** The change is so large that lists are incomplete. */
  readonly truncated: boolean;
};
export type ChangedNode = { readonly id: string; readonly attributes: readonly string[] };
type Ends = { readonly added: readonly string[]; readonly deleted: readonly string[] };

type Range = { readonly graph: string; readonly from: Offset; readonly to: Offset };

/** Attributes that change when code only moves. */
const PLACE = new Set(['start_line', 'end_line']);
const MOST_FACTS = 10_000;

/** Asks a Graphtail whose log has the base at one offset and the head at a later one. */
export async function reportOf(
  api: Api,
  range: Range,
  commits: { readonly base: string; readonly head: string },
  files: DiffReport['files'],
): Promise<DiffReport> {
  const { graph, from, to } = range;
  const [diff, impact, before, after, rules] = [
    await answered(() => api.diff(range)),
    await answered(() => api.impactOfChange(range)),
    await answered(() => api.cycles({ graph, at: from })),
    await answered(() => api.cycles({ graph, at: to })),
    (await answered(() => api.facts({ graph, from, types: ['rule_violated', 'rule_satisfied'], limit: MOST_FACTS }))).facts,
  ];
  const of = (type: string): Ends => ({ added: idsOf(diff.added.nodes, type), deleted: idsOf(diff.deleted.nodes, type) });
  const symbols = (nodes: Diff['added']['nodes']): string[] =>
    nodes.filter(({ node_type: type }) => type !== 'file' && type !== 'package').map(({ id }) => id);
  return {
    ...commits,
    files,
    counts: diff.counts,
    nodes: { added: symbols(diff.added.nodes), updated: changedNodes(diff), deleted: symbols(diff.deleted.nodes) },
    packages: of('package'),
    routes: of('route'),
    seams: { added: seamsIn(diff.added.relationships), deleted: seamsIn(diff.deleted.relationships) },
    cycles: { added: missingIn(before, after), deleted: missingIn(after, before) },
    rules: { violated: aboutRules(rules, 'rule_violated'), satisfied: aboutRules(rules, 'rule_satisfied') },
    impact: { nodes: impact.total, files: impact.file_count, tests: impact.tests.map(({ node }) => node.id) },
    truncated: diff.truncated || impact.truncated,
  };
}

export function changedFiles(base: Tree, head: Tree): DiffReport['files'] {
  const [before, after] = [[...base.keys()], [...head.keys()]];
  return {
    added: after.filter((path) => !base.has(path)),
    updated: after.filter((path) => base.has(path) && base.get(path) !== head.get(path)),
    deleted: before.filter((path) => !head.has(path)),
  };
}

function idsOf(nodes: Diff['added']['nodes'], type: string): string[] {
  return nodes.filter(({ node_type }) => node_type === type).map(({ id }) => id);
}

/** Nodes that changed otherwise than by moving. That a file has other content says nothing that its nodes don't. */
function changedNodes({ updated }: Diff): ChangedNode[] {
  return updated.nodes
    .map(({ id, after }) => ({ id, attributes: Object.keys(after).filter((name) => !PLACE.has(name)) }))
    .filter(({ id, attributes }) => attributes.length > 0 && id.includes('#'));
}

function seamsIn(relationships: Diff['added']['relationships']): string[] {
  return relationships
    .filter(({ relationship_type: type }) => type === 'seam')
    .map(({ source_id: source, target_id: target }) => `${source} → ${target}`);
}

function missingIn({ cycles: known }: Cycles, { cycles }: Cycles): string[][] {
  const keys = new Set(known.map((cycle) => membersOf(cycle).join('\n')));
  return cycles.map(membersOf).filter((members) => !keys.has(members.join('\n')));
}
type Cycles = Awaited<ReturnType<Api['cycles']>>;

function membersOf({ members }: Cycles['cycles'][number]): string[] {
  return members.map(({ id }) => id).sort();
}

function aboutRules(facts: readonly Fact[], type: 'rule_violated' | 'rule_satisfied'): Violation[] {
  return facts.flatMap((fact) => (fact.event_type === type ? [fact.data] : []));
}

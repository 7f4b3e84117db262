/**
 * What the projector's indexes are worth: queries on a graph of 100,000 nodes, each against a plain look at
 * every node in the same run; and what keeping them costs, against folding the bare state.
 */
import { emptyState, evolve, type GraphNode } from '@graphtail/facts';
import { Budget } from '../services/projector/src/queries/budget.ts';
import { category } from '../services/projector/src/queries/categories.ts';
import { search } from '../services/projector/src/queries/search.ts';
import { stats } from '../services/projector/src/queries/stats.ts';
import { Projection } from '../services/projector/src/projection/projection.ts';
import { placed } from '../services/projector/testing/facts.ts';
import { syntheticFacts } from '../services/projector/testing/synthetic-graph.ts';
import { measurement, quantile, type Measurement } from './measurement.ts';

const NODES = 100_000;
const RUNS = 200;
const PAGE = { limit: 50, offset: 0 };
const QUERIES = ['getUserById', 'gubi', 'parsecursor', 'session-12', 'OrThrow', 'snapshot', 'us', 'renderFrameHandler9'];

export function measureQueries(): Measurement[] {
  const facts = placed(syntheticFacts(NODES));
  const bare = perSecond(facts.length, () => void facts.reduce(evolve, emptyState()));
  const projection = new Projection();
  const indexed = perSecond(facts.length, () => facts.forEach((fact) => projection.apply(fact)));
  const nodes = [...projection.nodes.values()].map((entry) => entry.value);
  return [
    measurement('fold with indexes', indexed, 'facts/s', 'bare state', bare),
    ...compared(
      'stats',
      'counting all nodes',
      () => stats(projection),
      () => countAll(nodes, [...projection.relationships.values()].length),
    ),
    ...compared(
      'search name',
      'linear scan',
      (i) => search(projection, { ...PAGE, name: query(i) }, new Budget(1e7)),
      (i) => scanNames(nodes, query(i)),
    ),
    ...compared(
      'search by several words, a path or a typo',
      'linear scan',
      (i) => search(projection, { ...PAGE, name: hard(i) }, new Budget(1e7)),
      (i) => scanTexts(nodes, hard(i)),
    ),
    ...compared(
      'search q',
      'linear scan',
      (i) => search(projection, { ...PAGE, q: query(i) }, new Budget(1e7)),
      (i) => scanTexts(nodes, query(i)),
    ),
    ...compared(
      'hubs',
      'counting all degrees',
      () => category(projection, 'hubs', PAGE, new Budget(1e7)),
      () => sortByDegree(projection, nodes),
    ),
  ];
}

const HARD = ['user by id', 'getUserByldd', 'parsseCursorOrThrow', 'session-12', 'p3/src/token', 'render frame state', 'snpshotListt'];
const query = (run: number): string => QUERIES[run % QUERIES.length]!;
const hard = (run: number): string => HARD[run % HARD.length]!;

function countAll(nodes: readonly GraphNode[], relationships: number): unknown {
  const types = new Map<string, number>();
  for (const node of nodes) types.set(node.node_type, (types.get(node.node_type) ?? 0) + 1);
  const top = [...nodes].sort((a, b) => b.complexity - a.complexity).slice(0, 10);
  return { types, relationships, top };
}

function scanNames(nodes: readonly GraphNode[], text: string): GraphNode[] {
  const lower = text.toLowerCase();
  const found = nodes.filter((node) => node.name.toLowerCase().includes(lower));
  return found.sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1)).slice(0, PAGE.limit);
}

function scanTexts(nodes: readonly GraphNode[], text: string): GraphNode[] {
  const lower = text.toLowerCase();
  return nodes
    .filter((node) => `${node.name}\n${node.signature ?? ''}\n${node.docstring ?? ''}\n${node.file_path}`.toLowerCase().includes(lower))
    .sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, PAGE.limit);
}

function sortByDegree(projection: Projection, nodes: readonly GraphNode[]): GraphNode[] {
  const degrees = new Map<string, number>();
  for (const { value } of projection.relationships.values()) {
    for (const end of [value.source_id, value.target_id]) degrees.set(end, (degrees.get(end) ?? 0) + 1);
  }
  return [...nodes].sort((a, b) => (degrees.get(b.id) ?? 0) - (degrees.get(a.id) ?? 0)).slice(0, PAGE.limit);
}

/** p50 and p95 of both, run by run in turn, so that a busy machine slows both. */
function compared(name: string, plainName: string, subject: (run: number) => unknown, plain: (run: number) => unknown): Measurement[] {
  const times: [number[], number[]] = [[], []];
  for (let run = -20; run < RUNS; run++) {
    const one = timed(() => subject(Math.abs(run)));
    const other = run % 4 === 0 ? timed(() => plain(Math.abs(run / 4))) : undefined;
    if (run < 0) continue;
    times[0].push(one);
    if (other !== undefined) times[1].push(other);
  }
  return [0.5, 0.95].map((q) => measurement(`${name} p${String(q * 100)}`, quantile(times[0], q), 'ms', plainName, quantile(times[1], q)));
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function perSecond(count: number, work: () => void): number {
  return count / (timed(work) / 1000);
}

import { RELATIONSHIP_TYPES, type Entity, type GraphNode, type NewFact, type RelationshipType } from '@graphtail/facts';
import fc from 'fast-check';
import { Budget } from '../queries/budget.ts';
import { search } from '../queries/search.ts';
import { stats } from '../queries/stats.ts';
import { RESET, added, deleted, folded, nodeNamed, nodeUpdated, placed, related } from '../../testing/facts.ts';
import { INDEXES, Projection } from './projection.ts';

const IDS = ['a.ts', 'a.ts#run', 'a.ts#getUserName', 'b.ts#main', 'b.ts#Box', 'b.ts#Box.open'];

type Step =
  | { do: 'add'; id: string; more: Partial<GraphNode> }
  | { do: 'update'; id: string; more: Partial<GraphNode> }
  | { do: 'drop'; id: string }
  | { do: 'link' | 'unlink'; source: string; type: RelationshipType; target: string }
  | { do: 'reset' };

const ids = fc.constantFrom(...IDS);
const more: fc.Arbitrary<Partial<GraphNode>> = fc.record(
  {
    name: fc.constantFrom('run', 'Runner', 'getUserName'),
    node_type: fc.constantFrom('function' as const, 'class' as const, 'route' as const, 'file' as const),
    language: fc.constantFrom('typescript', 'python'),
    complexity: fc.integer({ min: 1, max: 60 }),
    docstring: fc.constantFrom('Opens the box.', 'Runs all of it, box by box.'),
    is_exported: fc.boolean(),
  },
  { requiredKeys: [] },
);
const ends = fc.constantFrom(...IDS.slice(0, 3));
const type = fc.constantFrom<RelationshipType>('calls', 'contains', 'imports');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), id: ids, more }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('update' as const), id: ids, more }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('drop' as const), id: ids }) },
  { weight: 9, arbitrary: fc.record({ do: fc.constantFrom('link' as const, 'unlink' as const), source: ends, type, target: ends }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reset' as const }) },
);

/** Also what no producer would write: deletions of what is not there, relationships between nodes that are not there. */
function factOf(each: Step, known: Map<string, GraphNode>): NewFact {
  switch (each.do) {
    case 'add': {
      const node = nodeNamed(each.id, each.more);
      known.set(each.id, node);
      return added(node);
    }
    case 'update': {
      const before = known.get(each.id) ?? nodeNamed(each.id);
      known.set(each.id, { ...before, ...each.more });
      return nodeUpdated(before, each.more);
    }
    case 'drop':
      return deleted(known.get(each.id) ?? nodeNamed(each.id));
    case 'link':
      return added(related(each.source, each.type, each.target));
    case 'unlink':
      return deleted(related(each.source, each.type, each.target));
    case 'reset':
      return RESET;
  }
}

/** Everything that the indexes answer, in an order that does not depend on the past. */
function image(projection: Projection) {
  const { adjacency, degrees, categories, names, texts, files } = projection;
  const sorted = (values: Iterable<string>) => [...values].sort();
  return {
    stats: { ...stats(projection), anomalies: 0 },
    types: sorted(adjacency.types()),
    nodes: IDS.map((id) => ({
      id,
      degree: { ...degrees.of(id) },
      score: categories.degrees.score(id),
      complexity: categories.complexities.score(id),
      leaf: categories.leaves.has(id),
      entryPoint: categories.entryPoints.get(id),
      ends: RELATIONSHIP_TYPES.map((each) => [sorted(adjacency.ids(id, 'out', each)), sorted(adjacency.ids(id, 'in', each))]),
    })),
    hubs: categories.degrees.top(100),
    found: ['run', 'r', 'gun', 'box', 'Box.open', 'ru'].map((q) => search(projection, { q, limit: 100, offset: 0 }, new Budget(1e6))),
    exact: ['run', 'Box.open'].map((symbol) => sorted(names.exactly(symbol))),
    words: sorted(texts.matching('box', projection.nodes).keys()),
    files: sorted([...files.paths()].map((term) => `${term.text} ${sorted(term.ids).join(' ')}`)),
  };
}

describe('a projection', () => {
  it('has, after any facts, the indexes of a fresh fold of the remaining entities', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const known = new Map<string, GraphNode>();
        const projection = folded(steps.map((each) => factOf(each, known)));
        const left: Entity[] = [...projection.nodes.values(), ...projection.relationships.values()].map((entry) => entry.value);
        const afresh = image(folded(left.map(added)));
        expect(image(projection)).toEqual(afresh);

        const indexed = new Projection(projection.state);
        for (const _ of indexed.prepare(INDEXES, 2));
        expect(image(indexed)).toEqual(afresh);
      }),
      { numRuns: 300 },
    );
  });

  it('has the same indexes no matter when each is first needed, and what is folded while it is built', () => {
    const moment = fc.record({ after: fc.nat(50), index: fc.constantFrom(...INDEXES), slice: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), fc.array(moment, { maxLength: 8 }), (steps, moments) => {
        const known = new Map<string, GraphNode>();
        const facts = placed(steps.map((each) => factOf(each, known)));
        const lazy = new Projection();
        const builds: Generator<void, void, void>[] = [];
        facts.forEach((fact, index) => {
          for (const { index: name, slice } of moments.filter(({ after }) => after === index)) builds.push(lazy.prepare([name], slice));
          for (const build of builds) build.next(); // one slice of each between two facts
          lazy.apply(fact);
        });
        const left: Entity[] = [...lazy.nodes.values(), ...lazy.relationships.values()].map((entry) => entry.value);
        expect(image(lazy)).toEqual(image(folded(left.map(added))));
      }),
      { numRuns: 300 },
    );
  });

  it('builds no index before a query needs it, not even after a reset', () => {
    const projection = folded([...['a.ts', 'b.ts'].map((id) => added(nodeNamed(id))), RESET, added(nodeNamed('c.ts'))]);
    expect(INDEXES.filter((index) => projection.isBuilt(index))).toEqual([]);
    expect(projection.files.nodesAt('c.ts')?.size).toBe(1);
    expect(INDEXES.filter((index) => projection.isBuilt(index))).toEqual(['files']);
  });

  it('counts a relationship from a node to itself at both ends', () => {
    const projection = folded([added(nodeNamed('a.ts#run')), added(related('a.ts#run', 'calls', 'a.ts#run'))]);
    expect(projection.degrees.of('a.ts#run').total).toBe(2);
  });
});

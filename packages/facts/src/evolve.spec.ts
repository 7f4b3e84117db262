import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { nodeNamed } from '../../../tests/support/nodes.ts';
import { relationshipId } from './entity-id.ts';
import { entityHash, type GraphNode, type Relationship } from './entity.ts';
import { evolve } from './evolve.ts';
import { FactSchema, type Fact } from './fact.ts';
import { addLanes, lanesToHex, ZERO } from './hash.ts';
import { offset } from './offset.ts';
import { emptyState, stateDigest, type GraphState, type ReadonlyGraphState } from './state.ts';

const names = fc.constantFrom('a', 'b', 'c', 'd');

function nodeWith(name: string, complexity: number, docstring: string | undefined): GraphNode {
  return { ...nodeNamed(name, complexity), ...(docstring === undefined ? {} : { docstring }) };
}

function callBetween(source: string, target: string, count: number): Relationship {
  const [source_id, target_id] = [`m.ts#${source}`, `m.ts#${target}`];
  return {
    id: relationshipId(source_id, 'calls', target_id),
    source_id,
    target_id,
    relationship_type: 'calls',
    file_path: 'm.ts',
    confidence: 1,
    resolution: 'local',
    count,
  };
}

type Step =
  | { do: 'put'; name: string; complexity: number; docstring: string | undefined }
  | { do: 'drop'; name: string }
  | { do: 'call'; source: string; target: string; count: number }
  | { do: 'uncall'; source: string; target: string }
  | { do: 'reset' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      name: names,
      complexity: fc.nat(3),
      docstring: fc.option(names, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), name: names }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('call' as const), source: names, target: names, count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('uncall' as const), source: names, target: names }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reset' as const }) },
);

const timestamp = '2026-01-31T12:00:00.000Z';

/** Facts that a producer would append for the steps, with a plain model of what is there beside them. */
function record(steps: readonly Step[]): { facts: Fact[]; model: Map<string, GraphNode | Relationship> } {
  const model = new Map<string, GraphNode | Relationship>();
  const facts: Fact[] = [];
  const say = (fact: object): void => {
    facts.push({ offset: offset(1, facts.length + 1), timestamp, ...fact } as Fact);
  };
  const put = (kind: 'node' | 'relationship', entity: GraphNode | Relationship): void => {
    const before = model.get(entity.id);
    const entity_hash = lanesToHex(entityHash(entity));
    const common = { entity_type: kind, entity_id: entity.id, entity_hash };
    if (before === undefined) say({ event_type: `${kind}_added`, ...common, data: entity });
    else {
      const removed = Object.fromEntries(Object.keys(before).map((key) => [key, null]));
      say({ event_type: `${kind}_updated`, ...common, data: { ...removed, ...entity } });
    }
    model.set(entity.id, entity);
  };
  const drop = (kind: 'node' | 'relationship', id: string): void => {
    say({ event_type: `${kind}_deleted`, entity_type: kind, entity_id: id, entity_hash: '0000000000000000', data: { file_path: 'm.ts' } });
    model.delete(id);
  };
  for (const one of steps) {
    if (one.do === 'put') put('node', nodeWith(one.name, one.complexity, one.docstring));
    else if (one.do === 'drop') drop('node', `m.ts#${one.name}`);
    else if (one.do === 'call') put('relationship', callBetween(one.source, one.target, one.count));
    else if (one.do === 'uncall') drop('relationship', callBetween(one.source, one.target, 1).id);
    else {
      say({ event_type: 'graph_reset', entity_type: 'graph', entity_id: 'g', data: { reason: 'test' } });
      model.clear();
    }
  }
  return { facts, model };
}

function fold(facts: readonly Fact[]): GraphState {
  return facts.reduce(evolve, emptyState());
}

function contentOf(state: ReadonlyGraphState): Map<string, GraphNode | Relationship> {
  return new Map([...state.nodes, ...state.relationships].map(([id, entry]) => [id, entry.value]));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

describe('evolve', () => {
  it('[F1] folds any facts to the state of a plain model', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { facts, model } = record(steps);
        expect(contentOf(fold(facts))).toEqual(model);
      }),
    );
  });

  it('depends only on its input: the same facts give the same state, and are not changed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const facts = deepFreeze(record(steps).facts);
        const [first, second] = [fold(facts), fold(facts)];
        expect(first).toEqual(second);
      }),
    );
  });

  it('[P2b] keeps a digest that is the sum of the hashes of all entities', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { facts, model } = record(steps);
        const expected = [...model.values()].map(entityHash).reduce(addLanes, ZERO);
        expect(stateDigest(fold(facts))).toBe(lanesToHex(expected));
      }),
    );
  });

  it('has equal digests exactly if states are equal', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.array(step, { maxLength: 12 }), (one, other) => {
        const [a, b] = [fold(record(one).facts), fold(record(other).facts)];
        const sorted = (state: GraphState): unknown => [...contentOf(state)].sort(([x], [y]) => (x < y ? -1 : 1));
        expect(stateDigest(a) === stateDigest(b)).toBe(isDeepStrictEqual(sorted(a), sorted(b)));
      }),
    );
  });

  it('reaches the same digest in any order of facts about different entities', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(names, names), { selector: String, maxLength: 12 }), fc.gen(), (pairs, gen) => {
        const facts = record(pairs.map(([source, target]) => ({ do: 'call' as const, source, target, count: 1 }))).facts;
        const shuffled = gen(() => fc.shuffledSubarray(facts, { minLength: facts.length }));
        expect(stateDigest(fold(shuffled))).toBe(stateDigest(fold(facts)));
      }),
    );
  });

  it('[F1] replaces an entity when one with its ID is added', () => {
    const [documented, bare] = [nodeWith('a', 1, 'd'), nodeNamed('a', 2)];
    const [often, once] = [callBetween('a', 'b', 3), callBetween('a', 'b', 1)];
    const added = (kind: 'node' | 'relationship', entity: GraphNode | Relationship, seq: number): Fact =>
      ({
        offset: offset(1, seq),
        timestamp,
        event_type: `${kind}_added`,
        entity_type: kind,
        entity_id: entity.id,
        entity_hash: lanesToHex(entityHash(entity)),
        data: entity,
      }) as Fact;
    const { confidence: _, ...unsure } = once;
    const facts = [added('node', documented, 1), added('relationship', often, 2), added('node', bare, 3), added('relationship', unsure, 4)];
    const state = fold(facts);
    expect([...contentOf(state).values()]).toEqual([bare, unsure]);
    expect(stateDigest(state)).toBe(lanesToHex(addLanes(entityHash(bare), entityHash(unsure))));
  });

  it('[F3] has an empty state after a reset', () => {
    const { facts } = record([
      { do: 'put', name: 'a', complexity: 1, docstring: 'd' },
      { do: 'call', source: 'a', target: 'a', count: 1 },
      { do: 'reset' },
    ]);
    expect(fold(facts.slice(0, 2)).relationships.size).toBe(1);
    expect(fold(facts)).toEqual(emptyState());
    expect(stateDigest(fold(facts))).toBe('0000000000000000');
  });

  it('[F1] removes an attribute that is null in an update', () => {
    const { facts } = record([
      { do: 'put', name: 'a', complexity: 1, docstring: 'said' },
      { do: 'put', name: 'a', complexity: 1, docstring: undefined },
    ]);
    expect(fold(facts).nodes.get('m.ts#a')?.value).toEqual(nodeNamed('a', 1));
  });

  it('[F2] counts an update or deletion of an unknown entity as an anomaly, and goes on', () => {
    const { facts } = record([
      { do: 'drop', name: 'a' },
      { do: 'put', name: 'b', complexity: 1, docstring: undefined },
    ]);
    const state = fold(facts);
    expect(state.anomalies).toBe(1);
    expect(state.nodes.size).toBe(1);
  });

  it('[V2] skips unknown kinds of facts', () => {
    const unknown = { offset: offset(1, 1), timestamp, event_type: 'node_painted', entity_type: 'node', entity_id: 'x', data: {} };
    expect(fold([unknown as unknown as Fact])).toEqual(emptyState());
  });

  it('is tested with facts of the published schema', () => {
    const { facts } = record([
      { do: 'put', name: 'a', complexity: 1, docstring: 'd' },
      { do: 'call', source: 'a', target: 'a', count: 1 },
      { do: 'reset' },
    ]);
    for (const fact of facts) expect(FactSchema.safeParse(fact).success).withContext(JSON.stringify(fact)).toBe(true);
  });
});

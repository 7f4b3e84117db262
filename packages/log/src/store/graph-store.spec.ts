import {
  canonicalJson,
  emptyState,
  entityHash,
  evolve,
  lanesToHex,
  offset,
  plainState,
  stateDigest,
  stampJson,
  type Entity,
  type Fact,
  type GraphState,
  type ReadonlyGraphState,
  type RelationshipType,
} from '@graphtail/facts';
import fc from 'fast-check';
import { GraphStore } from './graph-store.ts';
import { addImageChunk, imageOf } from './image.ts';

/** `|` and quotes make ids that cannot be taken apart; half of a surrogate pair has no UTF-8 form. */
const IDS = ['a.ts', 'a.ts#run', 'a.ts#"odd\\id"', 'b|calls|c', 'c', 'b', 'ü✓.ts#\ud800', 'a.ts#a-name-that-is-longer-than-thirteen'];
const TYPES = ['calls', 'contains', 'seam', 'a_newer_type'] as RelationshipType[];
const id = fc.constantFrom(...IDS);
const odd = fc.constantFrom<unknown>(undefined, null, 'x', -0, 0, 1.5, 1e21, -7, 2 ** 40, true, [1], { a: null });

/** Facts whose entity has what no schema allows, too: a fold takes them as they are. */
const node = fc.record({ id, name: fc.string(), node_type: fc.constantFrom('file', 'function'), more: odd, docstring: odd, file_path: id });
/** Mostly the same few, so that a relationship is often added again, in another form. */
const end = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a.ts', 'b', 'b|calls|c') }, { weight: 1, arbitrary: id });
const type = fc.oneof({ weight: 5, arbitrary: fc.constant(TYPES[0]!) }, { weight: 1, arbitrary: fc.constantFrom(...TYPES) });
const ends = fc.record({ source: end, type, target: end });
const attributes = fc.record(
  { confidence: fc.oneof(fc.constantFrom(1, 0.9, 0.85), odd), count: fc.oneof(fc.nat(9), odd), resolution: fc.oneof(fc.string(), odd) },
  { requiredKeys: [] },
);
const more = fc.record(
  { line_offset: fc.oneof(fc.integer(), odd), file_path: fc.oneof(id, odd), other: odd, source_id: id },
  { requiredKeys: [] },
);
const step = fc.oneof(
  { weight: 4, arbitrary: node.map((data) => ({ event: 'node_added', data })) },
  {
    weight: 2,
    arbitrary: node.map(({ id: of, more: docstring }) => ({ event: 'node_updated', data: { id: of, docstring, file_path: 'a' } })),
  },
  { weight: 2, arbitrary: id.map((of) => ({ event: 'node_deleted', data: { id: of } })) },
  {
    weight: 6,
    arbitrary: fc.tuple(ends, attributes, fc.option(more)).map((parts) => ({ event: 'relationship_added', data: related(...parts) })),
  },
  { weight: 3, arbitrary: fc.tuple(ends, attributes, more).map((parts) => ({ event: 'relationship_updated', data: related(...parts) })) },
  { weight: 3, arbitrary: ends.map((each) => ({ event: 'relationship_deleted', data: related(each, {}, null) })) },
  { weight: 1, arbitrary: fc.constant({ event: 'graph_reset', data: { id: 'graph' } }) },
  { weight: 1, arbitrary: fc.constant({ event: 'analysis_started', data: { id: 'a' } }) },
);
type StepOf = { readonly event: string; readonly data: object & { id: string } };

function related({ source, type, target }: { source: string; type: string; target: string }, some: object, rest: object | null) {
  const data = { file_path: 'a.ts', source_id: source, target_id: target, relationship_type: type, ...some, ...rest };
  return { ...data, id: `${source}|${type}|${target}` };
}

/** The stored form of a fact. Its entity is canonical, as producers write it, or in whatever order it was made. */
function textOf({ event, data }: StepOf, seq: number, isCanonical: boolean): string {
  const kind = event.startsWith('node') ? 'node' : event.startsWith('relationship') ? 'relationship' : 'graph';
  const head = { event_type: event, entity_type: kind, entity_id: data.id, entity_hash: lanesToHex(entityHash(data as unknown as Entity)) };
  const body = isCanonical ? canonicalJson(data) : JSON.stringify(data);
  return stampJson(`${JSON.stringify(head).slice(0, -1)},"data":${body}}`, offset(3, seq), '2026-01-31T12:00:00.000Z');
}

function fold(store: GraphStore, json: string): void {
  store.apply(store.changeOfText(json) ?? store.changeOfFact(JSON.parse(json) as Fact, json));
}

function contentOf({ nodes, relationships, anomalies, digest }: ReadonlyGraphState) {
  const sorted = <Value>(entries: ReadonlyMap<string, { value: Value; hash: object }>) =>
    Array.from(entries, ([key, { hash }]) => [key, entries.get(key)?.value, hash] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return { nodes: sorted(nodes), relationships: sorted(relationships), anomalies, digest, sizes: [nodes.size, relationships.size] };
}

/** What the links say, by the relationships themselves. */
function linksOf(state: GraphState) {
  return IDS.flatMap((of) =>
    TYPES.map((type) => {
      const all = [...state.relationships].filter(([, { value }]) => value.relationship_type === type);
      const out = all.filter(([, { value }]) => value.source_id === of).map(([key]) => key);
      const into = all.filter(([, { value }]) => value.target_id === of).map(([key]) => key);
      return [of, type, out.sort(), into.sort()];
    }),
  );
}

function linksIn({ relationships }: GraphStore) {
  return IDS.flatMap((of) =>
    TYPES.map((type) => {
      const [out, into] = [[...relationships.idsOf(of, 'out', type)], [...relationships.idsOf(of, 'in', type)]];
      expect([relationships.countOf(of, 'out', type), relationships.countOf(of, 'in', type)]).toEqual([out.length, into.length]);
      return [of, type, out.sort(), into.sort()];
    }),
  );
}

function throughImage(store: GraphStore): GraphStore {
  const loaded = new GraphStore();
  for (const chunk of imageOf(store)) addImageChunk(loaded, chunk);
  return loaded;
}

describe('a store', () => {
  const steps = fc.array(fc.tuple(step, fc.boolean()), { maxLength: 40 });

  it('has after any facts the content of a plain state, however often it is linked, compacted and copied meanwhile', () => {
    const moment = fc.record({ after: fc.nat(40), what: fc.constantFrom('link', 'begin', 'unlink', 'compact', 'fork', 'image') });
    fc.assert(
      fc.property(steps, fc.array(moment, { maxLength: 8 }), (given, moments) => {
        const plain = emptyState();
        let store = new GraphStore();
        given.forEach(([each, isCanonical], index) => {
          for (const { what } of moments.filter(({ after }) => after === index)) {
            if (what === 'link') for (const _ of store.relationships.link(2));
            else if (what === 'begin') store.relationships.link(1).next();
            else if (what === 'unlink') store.relationships.unlink();
            else if (what === 'compact') store.compact();
            else if (what === 'fork') store = store.fork();
            else {
              const { anomalies } = store;
              store = throughImage(store);
              store.anomalies = anomalies; // an image holds entities only
            }
          }
          const json = textOf(each, index + 1, isCanonical);
          evolve(plain, JSON.parse(json) as Fact);
          fold(store, json);
          expect([store.digest, store.anomalies]).toEqual([plain.digest, plain.anomalies]);
        });
        expect(contentOf(store)).toEqual(contentOf(plain));
        expect(linksIn(store)).toEqual(linksOf(plain));
        expect(IDS.map((of) => store.nodes.has(of))).toEqual(IDS.map((of) => plain.nodes.has(of)));
        expect(contentOf(GraphStore.of(plain))).toEqual(contentOf(plain));
        expect(contentOf(throughImage(store))).toEqual({ ...contentOf(plain), anomalies: 0 });
      }),
      { numRuns: 600 },
    );
  });

  it('knows a relationship by its id, whichever form it had before, and by the id of its fact if its own is another', () => {
    const plain = { file_path: 'a.ts', id: 'a.ts|calls|b', relationship_type: 'calls', source_id: 'a.ts', target_id: 'b' };
    const forms = [plain, { ...plain, other: 1 }, { ...plain, id: 'another' }, plain, { ...plain, source_id: 'b' }, plain];
    const [state, store] = [emptyState(), new GraphStore()];
    forms.forEach((data, index) => {
      const json = textOf({ event: 'relationship_added', data }, index + 1, true).replace(
        `"entity_id":"${data.id}"`,
        `"entity_id":"${plain.id}"`,
      );
      evolve(state, JSON.parse(json) as Fact);
      fold(store, json);
      expect(contentOf(store)).toEqual(contentOf(state));
    });
  });

  it('keeps the links of a node whole in whatever order its relationships go', () => {
    const sources = ['a', 'b', 'c', 'd', 'e'];
    const step = (event: string, source: string) =>
      textOf({ event, data: related({ source, type: 'calls', target: 'hub' }, {}, null) }, 1, true);
    fc.assert(
      fc.property(fc.shuffledSubarray(sources, { minLength: 5 }), (order) => {
        const store = new GraphStore();
        for (const _ of store.relationships.link(1));
        for (const source of sources) fold(store, step('relationship_added', source));
        order.forEach((source, index) => {
          fold(store, step('relationship_deleted', source));
          const left = order.slice(index + 1).map((each) => `${each}|calls|hub`);
          expect([...store.relationships.idsOf('hub', 'in', 'calls')].sort()).toEqual(left.sort());
        });
      }),
    );
  });

  it('leaves entries, copies and images as they were, whatever is folded and compacted later', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const store = new GraphStore();
        before.forEach(([each, isCanonical], index) => fold(store, textOf(each, index + 1, isCanonical)));
        const expected = contentOf(plainState(store));
        const held = { nodes: [...store.nodes], relationships: [...store.relationships] };
        const fork = store.fork();
        const image = imageOf(store);
        after.forEach(([each, isCanonical], index) => fold(store, textOf(each, index + 100, isCanonical)));
        store.compact();
        const loaded = new GraphStore();
        for (const chunk of image) addImageChunk(loaded, chunk);
        expect(contentOf({ ...held, nodes: new Map(held.nodes), relationships: new Map(held.relationships), ...fixed(expected) })).toEqual(
          expected,
        );
        expect(contentOf(fork)).toEqual(expected);
        expect(contentOf(loaded)).toEqual({ ...expected, anomalies: 0 });
      }),
      { numRuns: 200 },
    );
  });

  it('reads from a text what a parser reads, or leaves it to the parser', () => {
    const mutation = fc.record({
      at: fc.nat(400),
      cut: fc.nat(3),
      put: fc.constantFrom('', '"', '}', ',', '\\', ' ', '1', '\t', 'null', '|', '-', '0'),
    });
    let read = 0;
    fc.assert(
      fc.property(ends, attributes, fc.option(mutation), (each, some, change) => {
        const plainSome = Object.fromEntries(
          Object.entries(some).filter(([, value]) => typeof value === 'number' || typeof value === 'string'),
        );
        const whole = textOf({ event: 'relationship_added', data: related(each, plainSome, null) }, 7, true);
        const json = change === null ? whole : whole.slice(0, change.at) + change.put + whole.slice(change.at + change.cut);
        const store = new GraphStore();
        const found = store.changeOfText(json);
        if (found === undefined) return;
        read++;
        store.apply(found);
        expect(contentOf(store)).toEqual(contentOf(evolve(emptyState(), JSON.parse(json) as Fact)));
      }),
      { numRuns: 20_000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('keeps what it holds of a replaced entity no longer than until it is compacted', () => {
    const store = new GraphStore();
    const add = (of: string, seq: number): void =>
      fold(
        store,
        textOf({ event: 'relationship_added', data: related({ source: of, type: 'calls', target: 'b' }, { count: seq }, null) }, seq, true),
      );
    for (let seq = 1; seq <= 50_000; seq++) {
      add(`a.ts#f${String(seq % 10)}`, seq);
      if (store.isWorthCompacting) store.compact();
    }
    expect(store.relationships.size).toBe(10);
    expect(store.relationships.columns.rows).toBeLessThan(25_000);
    expect(stateDigest(store)).toBe(stateDigest(GraphStore.of(store)));
  });

  it('has room in its links for as many nodes as there are, not as there ever were', () => {
    const store = new GraphStore();
    for (const _ of store.relationships.link(1));
    for (let seq = 1; seq <= 20_000; seq++) {
      const data = related({ source: `a.ts#f${String(seq)}`, type: 'calls', target: 'b' }, {}, null);
      fold(store, textOf({ event: 'relationship_added', data }, seq, true));
      if (seq > 10) fold(store, textOf({ event: 'relationship_deleted', data }, seq, true));
    }
    expect(store.relationships.countOf('b', 'in', 'calls')).toBe(10);
    expect([...store.relationships.idsOf('a.ts#f7', 'out', 'calls')]).toEqual(['a.ts#f7|calls|b']);
  });
});

function fixed({ anomalies, digest }: Pick<ReadonlyGraphState, 'anomalies' | 'digest'>) {
  return { anomalies, digest };
}

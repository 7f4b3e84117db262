import { emptyState, evolve, type Fact, type NewFact } from '@graphtail/facts';
import {
  at,
  EPOCH,
  graphReset,
  nodeAdded,
  nodeDeleted,
  nodeUpdated,
  placed,
  relationshipAdded,
  relationshipDeleted,
} from '../../testing/facts.ts';
import { offset } from '@graphtail/facts';
import { Counts } from './counts.ts';

/** A log as ingest writes one: what is added was not there, what is deleted was. Seeded, so that a failure can be seen again. */
function log(length: number, seed: number): Fact[] {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
  const nodes: string[] = [];
  const relationships: [string, string][] = [];
  const facts: Fact[] = [];
  for (let seq = 1; seq <= length; seq++) {
    let fact: NewFact;
    const dice = random(100);
    if (dice === 0 && seq > 50) {
      fact = graphReset();
      nodes.length = 0;
      relationships.length = 0;
    } else if (dice < 40 || nodes.length === 0) {
      nodes.push(`n${String(seq)}`);
      fact = nodeAdded(`n${String(seq)}`);
    } else if (dice < 70) {
      const pair: [string, string] = [`n${String(seq)}`, `m${String(seq)}`];
      relationships.push(pair);
      fact = relationshipAdded(...pair);
    } else if (dice < 80) fact = nodeUpdated(nodes[0] ?? '');
    else if (dice < 90 && relationships.length > 0) fact = relationshipDeleted(...(relationships.pop() ?? ['', '']));
    else fact = nodeDeleted(nodes.pop() ?? '');
    facts.push(placed(seq, fact));
  }
  return facts;
}

function totalsAt(facts: readonly Fact[], seq: number): { nodes: number; relationships: number } {
  const state = facts.slice(0, seq).reduce(evolve, emptyState());
  return { nodes: state.nodes.size, relationships: state.relationships.size };
}

describe('Counts', () => {
  it('equal a fold of the whole log, whatever the anchor and the page that was read', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const facts = log(400, seed);
      for (const [begin, anchor] of [
        [0, 0],
        [200, 200],
        [200, 260],
        [200, 400],
        [100, 399],
      ] as const) {
        const counts = new Counts();
        for (let seq = begin; seq < 400; seq += 10) {
          counts.add(at(seq), facts.slice(seq, seq + 10), at(seq + 10));
          if (seq + 10 >= anchor && counts.totals === undefined) counts.anchor(at(anchor), totalsAt(facts, anchor));
          if (counts.totals !== undefined) {
            const shown = Math.max(seq + 10, anchor);
            expect(counts.totals)
              .withContext(`seed ${String(seed)}, from ${String(begin)}, anchor ${String(anchor)}, at ${String(shown)}`)
              .toEqual(totalsAt(facts, shown));
          }
        }
      }
    }
  });

  it('are unknown before there is an anchor', () => {
    const counts = new Counts();
    counts.add(at(10), [placed(11, nodeAdded('a'))], at(11));
    expect(counts.totals).toBeUndefined();
  });

  it('stay at an anchor that is ahead until its facts have arrived, and do not count them twice', () => {
    const counts = new Counts();
    counts.add(at(10), [], at(10));
    expect(counts.anchor(at(12), { nodes: 5, relationships: 1 })).toBeTrue();
    counts.add(at(10), [placed(11, nodeAdded('a')), placed(12, nodeAdded('b')), placed(13, nodeAdded('c'))], at(13));
    expect(counts.totals).toEqual({ nodes: 6, relationships: 1 });
    expect(counts.asOf).toBe(at(13));
  });

  it('are unknown if the anchor is older than the first fact that was read', () => {
    const counts = new Counts();
    counts.add(at(100), [placed(101, nodeAdded('a'))], at(101));
    expect(counts.anchor(at(50), { nodes: 5, relationships: 1 })).toBeFalse();
    expect(counts.totals).toBeUndefined();
  });

  it('do not carry an anchor of a later epoch over facts that this epoch may not have', () => {
    const counts = new Counts();
    counts.add(at(100), [placed(101, nodeAdded('lost')), placed(102, nodeAdded('lost too'))], at(102));
    expect(counts.anchor(offset(EPOCH + 1, 101), { nodes: 5, relationships: 1 })).toBeFalse();
    expect(counts.totals).toBeUndefined();
  });

  it('accept no anchor of a lost log or timeline, whether it is behind, at or ahead of the received facts', () => {
    for (const seq of [5, 10, 20]) {
      const counts = new Counts();
      counts.add(offset(0, 0), [], offset(EPOCH + 1, 10));
      expect(counts.anchor(at(seq), { nodes: 5, relationships: 1 }))
        .withContext(String(seq))
        .toBeFalse();
      expect(counts.totals).toBeUndefined();
    }
  });

  it('drop an anchor that turns out to be of a lost log', () => {
    const counts = new Counts();
    counts.anchor(at(82), { nodes: 5, relationships: 1 });
    counts.add(offset(0, 0), [], offset(EPOCH + 1, 10));
    expect(counts.totals).toBeUndefined();
    expect(counts.anchor(offset(EPOCH + 1, 10), { nodes: 1, relationships: 0 })).toBeTrue();
  });

  it('carry an anchor over a clean restart, after which the new epoch continues the last one', () => {
    const counts = new Counts();
    counts.add(at(10), [placed(11, nodeAdded('a'))], at(11));
    counts.add(at(11), [{ ...placed(12, nodeAdded('b')), offset: offset(EPOCH + 1, 12) }], offset(EPOCH + 1, 12));
    expect(counts.anchor(at(11), { nodes: 5, relationships: 1 })).toBeTrue();
    expect(counts.totals).toEqual({ nodes: 6, relationships: 1 });
  });

  it('follow the newest anchor if a log added an entity that existed', () => {
    const counts = new Counts();
    counts.anchor(at(0), { nodes: 0, relationships: 0 });
    counts.add(at(0), [placed(1, nodeAdded('a')), placed(2, nodeAdded('a'))], at(2));
    expect(counts.anchor(at(2), { nodes: 1, relationships: 0 })).toBeTrue();
    expect(counts.totals).toEqual({ nodes: 1, relationships: 0 });
  });

  it('forget everything if facts do not continue the ones before', () => {
    const counts = new Counts();
    counts.anchor(at(0), { nodes: 0, relationships: 0 });
    counts.add(at(0), [placed(1, nodeAdded('a'))], at(1));
    counts.add(at(7), [placed(8, nodeAdded('b'))], at(8));
    expect(counts.totals).toBeUndefined();
  });
});

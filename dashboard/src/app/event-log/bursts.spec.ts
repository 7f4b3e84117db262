import type { Fact, NewFact } from '@graphtail/facts';
import { analysisProgress, analysisStarted, nodeAdded, nodeDeleted, nodeUpdated, placed, relationshipAdded } from '../../testing/facts.ts';
import { rowsOf, summaryOfBurst } from './bursts.ts';

const NOON = Date.UTC(2026, 0, 31, 12);

/** Saves, oldest first, a second apart; returns their facts, newest first. */
function saves(...each: readonly (readonly NewFact[])[]): Fact[] {
  let seq = 0;
  return each.flatMap((facts, second) => facts.map((fact) => placed(++seq, fact, NOON + second * 1000))).reverse();
}

const summary = (...facts: readonly NewFact[]) => {
  const [row] = rowsOf(saves(facts), () => false);
  return row?.kind === 'burst' ? summaryOfBurst(row.burst) : undefined;
};

describe('the facts of one save', () => {
  it('are one line, and with it those of an open one', () => {
    const facts = saves([nodeAdded('a'), nodeAdded('b')], [nodeAdded('c')], [nodeAdded('d'), nodeAdded('e')]);
    const closed = rowsOf(facts, () => false);
    expect(closed.map(({ kind }) => kind)).toEqual(['burst', 'fact', 'burst']);
    const open = rowsOf(facts, ({ id }) => id === closed[0]?.id);
    expect(open.map(({ kind }) => kind)).toEqual(['burst', 'fact', 'fact', 'fact', 'burst']);
    expect(open.map((row) => row.kind === 'fact' && row.isInside)).toEqual([false, true, true, false, false]);
  });

  it('keep their name while more of them come, and when older facts are no longer kept', () => {
    const facts = saves([nodeAdded('a'), nodeAdded('b'), nodeAdded('c')]);
    const [whole] = rowsOf(facts, () => false);
    const [begun] = rowsOf(facts.slice(1), () => false);
    expect(begun?.id).toBe(whole!.id);
  });

  it('do not reach over an analysis’s own facts', () => {
    const facts = saves([nodeAdded('a'), nodeAdded('b'), analysisStarted('x'), nodeAdded('c')]);
    expect(rowsOf(facts, () => false).map(({ kind }) => kind)).toEqual(['fact', 'fact', 'burst']);
  });

  it('are one line with the newest figures, if they are the progress of one analysis', () => {
    const facts = saves([analysisStarted('x')], [analysisProgress('x', 10)], [analysisProgress('x', 62)], [analysisProgress('y', 5)]);
    const [other, progress, ...rest] = rowsOf(facts, () => false);
    expect([other?.kind, ...rest.map(({ kind }) => kind)]).toEqual(['fact', 'fact']);
    expect(progress?.kind === 'burst' && summaryOfBurst(progress.burst)).toEqual({
      mark: 'progress',
      name: '62 %',
      what: 'parsing · 124 of 200 files',
      names: 'a.ts',
    });
  });

  it('are told by file, counts and names', () => {
    expect(summary(nodeAdded('point.ts', 'src/point.ts', 'file'), nodeAdded('x', 'src/point.ts'), nodeAdded('y', 'src/point.ts'))).toEqual({
      mark: 'added',
      name: 'point.ts',
      what: '+2 functions',
      names: 'x, y',
    });
    expect(summary(nodeAdded('x'), nodeUpdated('y'), nodeDeleted('z'), relationshipAdded('a', 'b'))).toEqual({
      mark: 'updated',
      name: 'a.ts',
      what: '+1 function, −1 function, ~1 node, +1 relationship',
      names: 'x, y, z',
    });
    expect(summary(nodeAdded('x', 'src/a.ts'), nodeAdded('y', 'src/b.ts'))?.name).toBe('a.ts and 1 more');
  });
});

import type { Offset } from '@graphtail/facts';
import { complaintsOf, type FoldCondition } from './complaints.ts';

const WELL: FoldCondition = {
  graph: 'g',
  projection: {},
  unavailable: 'the state is being restored',
  damage: undefined,
  progress: undefined,
  lagFacts: 0,
  lagSeconds: 0,
};
const said = (condition: Partial<FoldCondition>, unsaved?: string) =>
  complaintsOf({ ...WELL, ...condition }, unsaved).map(({ code, message }) => [code, message]);

describe('The complaints of a fold', () => {
  it('are none while it keeps up', () => {
    expect(said({ lagFacts: 500, lagSeconds: 2 })).toEqual([]);
  });

  it('say how far it is behind', () => {
    expect(said({ lagFacts: 5_000, lagSeconds: 61.4 })).toEqual([
      ['projector_behind', jasmine.stringContaining('5000 facts and 61 s behind')],
    ]);
  });

  it('say that queries are not answered, and how far the fold has got', () => {
    const progress = { cursor: '7-10' as Offset, to: '7-99' as Offset };
    expect(said({ projection: undefined, progress })).toEqual([
      ['state_unavailable', 'queries are not answered: the state is being restored (fact 10 of 99)'],
    ]);
  });

  it('say what is damaged, and why snapshots are not saved', () => {
    expect(said({ damage: 'batch b' }, 'OOM').map(([code]) => code)).toEqual(['state_damaged', 'snapshots_failing']);
  });
});

import fc from 'fast-check';
import { columnsFrom } from '../../../testing/graph.ts';
import { CodeTree } from '../model/code-tree.ts';
import { rowsOf } from '../model/rows-of.ts';
import { firstOf, neighboursOf, sizeOf } from './neighbours.ts';

describe('the neighbours of what is in focus', () => {
  const tree = new CodeTree(
    columnsFrom({
      files: { 'a.ts': 10, 'b.ts': 10, 'c.test.ts': 10 },
      symbols: { 'a.ts#A': [1, 9, 'class'], 'a.ts#A.m': [2, 3, 'method'], 'b.ts#f': [1, 2], 'b.ts#g': [3, 4] },
      relationships: [
        'a.ts contains a.ts#A',
        'a.ts#A contains a.ts#A.m',
        'b.ts#f calls a.ts#A.m',
        'b.ts#f instantiates a.ts#A',
        'c.test.ts calls a.ts#A.m',
        'a.ts#A.m calls b.ts#g',
      ],
    }),
  );
  const told = (id: string, direction: 'in' | 'out') =>
    neighboursOf(tree, rowsOf(tree, tree.find(id)!), direction).map(({ path, isTest, neighbours }) => [
      path,
      isTest,
      neighbours.map(({ row, kinds, count }) => [tree.columns.ids[row], kinds, count]),
    ]);

  it('are those of a class and of its members, by file, tests last', () => {
    expect(told('a.ts#A', 'in')).toEqual([
      ['b.ts', false, [['b.ts#f', ['calls', 'instantiates'], 2]]],
      ['c.test.ts', true, [['c.test.ts', ['calls'], 1]]],
    ]);
    expect(told('a.ts#A', 'out')).toEqual([['b.ts', false, [['b.ts#g', ['calls'], 1]]]]);
  });

  it('of one method are only its own', () => {
    expect(told('a.ts#A.m', 'in').map(([path]) => path)).toEqual(['b.ts', 'c.test.ts']);
    expect(told('b.ts#f', 'in')).toEqual([]);
  });

  it('are cut after so many, in the order of their groups', () => {
    const aGroup = fc.record({ neighbours: fc.array(fc.integer(), { minLength: 1, maxLength: 9 }) });
    fc.assert(
      fc.property(fc.array(aGroup, { maxLength: 9 }), fc.nat(40), (groups, limit) => {
        const shown = firstOf<number, (typeof groups)[number]>(groups, limit);
        const all = groups.flatMap(({ neighbours }) => neighbours);
        expect(shown.flatMap(({ neighbours }) => neighbours)).toEqual(all.slice(0, limit));
        expect(sizeOf(shown)).toBe(Math.min(limit, all.length));
        expect(shown.every(({ neighbours }) => neighbours.length > 0)).toBe(true);
      }),
    );
  });
});

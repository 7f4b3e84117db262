import { columnsFrom } from '../../../testing/graph.ts';
import { CodeTree } from '../model/code-tree.ts';
import { edgesOf } from './selected-edges.ts';

describe('the edges of what is selected', () => {
  const tree = new CodeTree(
    columnsFrom({
      files: { 'a/one.ts': 10, 'a/two.ts': 10, 'b/three.ts': 10 },
      symbols: { 'a/one.ts#f': [1, 2], 'a/two.ts#g': [1, 2], 'b/three.ts#h': [1, 2], 'b/three.ts#i': [3, 4] },
      relationships: [
        'a/one.ts contains a/one.ts#f',
        'a/one.ts imports b/three.ts',
        'a/one.ts#f calls b/three.ts#h',
        'a/one.ts#f calls a/two.ts#g',
        'b/three.ts#i calls a/one.ts#f',
        'a/two.ts exports a/one.ts#f',
      ],
    }),
  );
  const fileOf = (row: number) => tree.fileOf(row);
  const told = (id: string) => edgesOf(tree, tree.find(id)!, fileOf).map(({ other, direction, count }) => [other.id, direction, count]);

  it('are counted for each place and direction, the most first; where code is, is none', () => {
    expect(told('a/one.ts')).toEqual([['b/three.ts', 'out', 2], ['a/two.ts', 'out', 1], ['b/three.ts', 'in', 1]]); // prettier-ignore
    expect(told('a/one.ts#f')).toEqual([['a/two.ts', 'out', 1], ['b/three.ts', 'in', 1], ['b/three.ts', 'out', 1]]); // prettier-ignore
  });

  it('of a folder leave and enter the folder', () => {
    expect(told('a/')).toEqual([['b/three.ts', 'out', 2], ['b/three.ts', 'in', 1]]); // prettier-ignore
  });
});

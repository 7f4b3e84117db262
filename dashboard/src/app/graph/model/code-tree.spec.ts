import { columnsFrom } from '../../../testing/graph.ts';
import { CodeTree, trailOf } from './code-tree.ts';

describe('the tree of the code', () => {
  const tree = new CodeTree(
    columnsFrom({
      files: { 'src/a.ts': 100, 'src/deep/b.ts': 20, 'top.ts': 5 },
      symbols: {
        'src/a.ts#Cart': [1, 50, 'class'],
        'src/a.ts#Cart.add': [2, 10, 'method'],
        'src/a.ts#Cart.sum': [2, 10, 'method'],
        'src/a.ts#free': [60, 65],
      },
    }),
  );

  it('has folders with the sum of their lines, folders first', () => {
    expect(tree.top.lines).toBe(125);
    expect(tree.top.parts.map(({ id, lines }) => [id, lines])).toEqual([['src/', 120], ['top.ts', 5]]); // prettier-ignore
    expect(tree.find('src/')?.parts.map(({ id }) => id)).toEqual(['src/deep/', 'src/a.ts']);
  });

  it('nests symbols by their lines, and leaves those of the same lines side by side', () => {
    expect(tree.find('src/a.ts#Cart')?.parts.map(({ id }) => id)).toEqual(['src/a.ts#Cart.add', 'src/a.ts#Cart.sum']);
    expect(tree.find('src/a.ts#free')?.parent?.id).toBe('src/a.ts');
  });

  it('says what a part is in', () => {
    expect(trailOf(tree.find('src/a.ts#Cart.add')!).map(({ id }) => id)).toEqual([
      '/',
      'src/',
      'src/a.ts',
      'src/a.ts#Cart',
      'src/a.ts#Cart.add',
    ]);
  });

  it('finds nothing that is not there', () => {
    expect([tree.find('src/gone.ts'), tree.find('src/a.ts#gone'), tree.find('nowhere/')]).toEqual([undefined, undefined, undefined]);
  });
});

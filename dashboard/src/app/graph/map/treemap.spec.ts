import fc from 'fast-check';
import { columnsFrom } from '../../../testing/graph.ts';
import { CodeTree } from '../model/code-tree.ts';
import { Treemap, type Cell } from './treemap.ts';

const aFile = fc.record({
  path: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }),
  lines: fc.integer({ min: 1, max: 2000 }),
  symbols: fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 60 })), { maxLength: 8 }),
});

function treeOf(files: readonly { path: string[]; lines: number; symbols: [number, number][] }[]): CodeTree {
  const paths = files.map(({ path }, index) => `${path.join('/')}/${String(index)}.ts`);
  const symbols = files.flatMap((file, index) =>
    file.symbols.map(([start, more], place) => [`${paths[index] ?? ''}#s${String(place)}`, [start, start + more]] as const),
  );
  return new CodeTree(
    columnsFrom({
      files: Object.fromEntries(files.map(({ lines }, index) => [paths[index] ?? '', lines])),
      symbols: Object.fromEntries(symbols),
    }),
  );
}

const inside = (inner: Cell, outer: Cell): boolean =>
  inner.x >= outer.x - 0.01 &&
  inner.y >= outer.y - 0.01 &&
  inner.x + inner.width <= outer.x + outer.width + 0.01 &&
  inner.y + inner.height <= outer.y + outer.height + 0.01;
const apart = (a: Cell, b: Cell): boolean =>
  a.x + a.width <= b.x + 0.01 || b.x + b.width <= a.x + 0.01 || a.y + a.height <= b.y + 0.01 || b.y + b.height <= a.y + 0.01;

describe('the treemap', () => {
  it('has every folder and file as a cell, each within its folder and beside its neighbours', () => {
    fc.assert(
      fc.property(fc.array(aFile, { minLength: 1, maxLength: 30 }), fc.integer({ min: 200, max: 1600 }), (files, width) => {
        const tree = treeOf(files);
        const map = new Treemap(tree, tree.top, width, 700);
        const cells = map.cells.flatMap((cell) => [cell, ...map.inside(cell, 4)]);
        const cellOf = new Map(cells.map((cell) => [cell.part, cell]));
        expect(cells.filter(({ part }) => part.kind === 'file').length).toBe(files.length);
        for (const cell of cells) {
          const outer = cell.part.parent === undefined ? undefined : cellOf.get(cell.part.parent);
          if (outer !== undefined) expect(inside(cell, outer)).toBe(true);
          for (const other of cells) if (other !== cell && other.part.parent === cell.part.parent) expect(apart(cell, other)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives a file with more lines more room, in the same folder', () => {
    const tree = treeOf([
      { path: ['a'], lines: 900, symbols: [] },
      { path: ['a'], lines: 100, symbols: [] },
    ]);
    const [large, small] = new Treemap(tree, tree.top, 800, 600).cells.filter(({ part }) => part.kind === 'file');
    expect(large?.part.lines).toBe(900);
    expect((large?.width ?? 0) * (large?.height ?? 0)).toBeGreaterThan(5 * (small?.width ?? 0) * (small?.height ?? 0));
  });

  it('finds the innermost cell at a point', () => {
    const tree = treeOf([{ path: ['a'], lines: 100, symbols: [[1, 50]] }]);
    const map = new Treemap(tree, tree.top, 800, 600);
    expect(map.at(400, 300, 1)?.part.kind).toBe('symbol');
    expect(map.at(400, 8, 1)?.part.kind).toBe('folder');
    expect(map.at(900, 300, 1)).toBeUndefined();
  });

  it('says where a part is: its own cell, or the one that it is in', () => {
    const tree = treeOf([{ path: ['a'], lines: 100, symbols: [[1, 50]] }]);
    const map = new Treemap(tree, tree.top, 800, 600);
    const [file] = [...tree.filesIn(tree.top)];
    const [symbol] = tree.partsOf(file!);
    expect([map.cellOf(file!)?.part, map.cellOf(symbol!)?.part, map.cellOf(tree.top)]).toEqual([file, file, undefined]);
  });
});

import fc from 'fast-check';
import { columnsFrom } from '../../../testing/graph.ts';
import { CodeTree } from '../model/code-tree.ts';
import { MOST_ROWS, matrixOf, rankedOf, relationshipsBetween } from './matrix.ts';

describe('the dependency matrix', () => {
  const tree = new CodeTree(
    columnsFrom({
      files: { 'app/main.ts': 10, 'app/ui/page.ts': 10, 'core/a.ts': 10, 'core/b.ts': 10, 'util/x.ts': 10 },
      relationships: [
        'app/main.ts imports core/a.ts',
        'app/main.ts imports app/ui/page.ts',
        'app/ui/page.ts imports core/b.ts',
        'core/a.ts imports util/x.ts',
        'core/b.ts imports util/x.ts',
        'util/x.ts imports core/a.ts',
      ],
    }),
  );
  const told = (open: string[] = []) => {
    const { rows, cells } = matrixOf(tree, tree.top, new Set(open));
    const name = (place: number): string => rows[place]?.part.id ?? '';
    return {
      rows: rows.map(({ part }) => part.id),
      cells: cells.flatMap((line, row) => Array.from(line, ([column, count]) => `${name(row)} ${name(column)} ${String(count)}`)),
      cycles: rows.filter(({ cycle }) => cycle !== undefined).map(({ part }) => part.id),
    };
  };

  it('counts the relationships between folders, and puts what depends on others first', () => {
    expect(told()).toEqual({
      rows: ['app/', 'core/', 'util/'],
      cells: ['app/ core/ 2', 'core/ util/ 2', 'util/ core/ 1'],
      cycles: ['core/', 'util/'],
    });
  });

  it('replaces an open folder by what is in it', () => {
    expect(told(['app/', 'core/']).rows).toEqual(['app/main.ts', 'app/ui/', 'core/a.ts', 'core/b.ts', 'util/']);
    expect(told(['app/', 'core/']).cells).toContain('app/main.ts app/ui/ 1');
    expect(told(['app/', 'core/']).cycles).toEqual(['core/a.ts', 'util/']);
  });

  it('ranks what closes a circle first', () => {
    const ranked = rankedOf(matrixOf(tree, tree.top, new Set()));
    expect(ranked.map(({ from, to, isCycle }) => [from.id, to.id, isCycle])).toEqual([
      ['util/', 'core/', true],
      ['core/', 'util/', true],
      ['app/', 'core/', false],
    ]);
  });

  it('has the relationships of a cell', () => {
    expect(relationshipsBetween(tree, tree.find('core/')!, tree.find('util/')!).length).toBe(2);
  });

  it('never shows more rows than can be read, and the sum of all cells is the number of relationships between rows', () => {
    const aPath = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}/f.ts`);
    fc.assert(
      fc.property(
        fc.uniqueArray(aPath, { minLength: 2, maxLength: 40 }),
        fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 60 }),
        (paths, pairs) => {
          const edges = pairs.map(([from, to]) => [paths[from % paths.length] ?? '', paths[to % paths.length] ?? ''] as const);
          const unique = [...new Set(edges.filter(([from, to]) => from !== to).map(([from, to]) => `${from} imports ${to}`))];
          const made = new CodeTree(columnsFrom({ files: Object.fromEntries(paths.map((path) => [path, 1])), relationships: unique }));
          const { rows, cells, hidden } = matrixOf(made, made.top, new Set());
          expect(rows.length).toBeLessThanOrEqual(MOST_ROWS);
          expect(hidden).toBe(0);
          const top = (path: string): string => path.slice(0, path.indexOf('/'));
          const between = unique.map((text) => text.split(' imports ')).filter(([from = '', to = '']) => top(from) !== top(to));
          expect(cells.reduce((sum, line) => sum + [...line.values()].reduce((a, b) => a + b, 0), 0)).toBe(between.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

import { adjacencyOf } from '../model/adjacency.ts';
import type { CodeTree, Part } from '../model/code-tree.ts';
import { isDependency, relationshipsOf, rowsOf } from '../model/rows-of.ts';

/** The rows of a dependency matrix: folders and files. An open folder is replaced by what is in it. */
export type Matrix = {
  readonly rows: readonly MatrixRow[];
  /** How many more rows there are than can be shown. */
  readonly hidden: number;
  /** By place of the row that depends, then by place of the row that it depends on: the number of relationships. */
  readonly cells: readonly ReadonlyMap<number, number>[];
};
export type MatrixRow = {
  readonly part: Part;
  readonly level: number;
  readonly canOpen: boolean;
  /** Rows of one circle of dependencies have the same number; undefined: it is in none. */
  readonly cycle: number | undefined;
};

export const MOST_ROWS = 60;
const ENOUGH_ROWS = 12;

/**
 * Dependencies between the parts in `shown`, of which the folders in `open` are replaced by their parts. Rows are in an order in which
 * most dependencies lie below the diagonal, folder by folder: whatever depends on others comes first.
 */
export function matrixOf(tree: CodeTree, shown: Part, open: ReadonlySet<string>): Matrix {
  const all = unfolded(tree, shown, open);
  const rows = all.slice(0, MOST_ROWS);
  const place = new Map(rows.map(({ part }, index) => [part, index]));
  const cells = sums(tree, (file) => placeOf(place, file));
  const cycles = cyclesOf(cells);
  return { rows: rows.map((row, index) => ({ ...row, cycle: cycles[index] })), hidden: all.length - rows.length, cells };
}

/** Relationships of a file with another, by files: computed once, since opening a folder only groups them anew. */
const linksOf = new WeakMap<CodeTree, readonly Link[]>();
type Link = { readonly from: Part; readonly to: Part; count: number };

function links(tree: CodeTree): readonly Link[] {
  const known = linksOf.get(tree);
  if (known !== undefined) return known;
  const { sources, targets, kinds, fileOf } = tree.columns;
  const files = tree.columns.paths.length;
  const found = new Map<number, Link>();
  for (let each = 0; each < sources.length; each++) {
    const [source, target] = [sources[each] ?? 0, targets[each] ?? 0];
    const [from, to] = [fileOf[source] ?? 0, fileOf[target] ?? 0];
    if (from === to || !isDependency(kinds[each] ?? 0)) continue;
    const key = from * files + to;
    const link = found.get(key);
    if (link !== undefined) link.count += 1;
    else {
      const [fromFile, toFile] = [tree.fileOf(source), tree.fileOf(target)];
      if (fromFile !== undefined && toFile !== undefined) found.set(key, { from: fromFile, to: toFile, count: 1 });
    }
  }
  const result = [...found.values()];
  linksOf.set(tree, result);
  return result;
}

function sums(tree: CodeTree, placeOfFile: (file: Part) => number | undefined): ReadonlyMap<number, number>[] {
  const cells: Map<number, number>[] = [];
  const places = new Map<Part, number | undefined>();
  const known = (file: Part): number | undefined => {
    if (!places.has(file)) places.set(file, placeOfFile(file));
    return places.get(file);
  };
  for (const { from, to, count } of links(tree)) {
    const [row, column] = [known(from), known(to)];
    if (row === undefined || column === undefined || row === column) continue;
    const line = (cells[row] ??= new Map<number, number>());
    line.set(column, (line.get(column) ?? 0) + count);
  }
  return Array.from({ length: cells.length }, (_, index) => cells[index] ?? new Map<number, number>());
}

function placeOf(place: ReadonlyMap<Part, number>, file: Part): number | undefined {
  for (let each: Part | undefined = file; each !== undefined; each = each.parent) {
    const found = place.get(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unfolded(tree: CodeTree, shown: Part, open: ReadonlySet<string>): Omit<MatrixRow, 'cycle'>[] {
  const rows: Omit<MatrixRow, 'cycle'>[] = [];
  const add = (parent: Part, level: number): void => {
    for (const part of inOrder(tree, parent)) {
      const canOpen = part.kind === 'folder';
      if (canOpen && open.has(part.id)) add(part, level + 1);
      else rows.push({ part, level, canOpen });
    }
  };
  add(shown, 0);
  return rows;
}

/** The parts of a folder, the one that depends most and is depended on least first. */
function inOrder(tree: CodeTree, parent: Part): readonly Part[] {
  const parts = parent.parts.filter(({ kind }) => kind !== 'symbol');
  if (parts.length < 2) return parts;
  const place = new Map(parts.map((part, index) => [part, index]));
  const cells = sums(tree, (file) => placeOf(place, file));
  const balance = parts.map(() => 0);
  for (const [row, line] of cells.entries()) {
    for (const [column, count] of line) {
      balance[row] = (balance[row] ?? 0) + count;
      balance[column] = (balance[column] ?? 0) - count;
    }
  }
  return [...parts].sort((a, b) => (balance[place.get(b) ?? 0] ?? 0) - (balance[place.get(a) ?? 0] ?? 0) || (a.id < b.id ? -1 : 1));
}

/** Tarjan's strongly connected components: for each row the number of its circle. */
function cyclesOf(cells: readonly ReadonlyMap<number, number>[]): (number | undefined)[] {
  const index: (number | undefined)[] = [];
  const low: number[] = [];
  const stack: number[] = [];
  const onStack = new Set<number>();
  const result: (number | undefined)[] = [];
  let next = 0;
  let cycle = 0;
  const visit = (row: number): void => {
    index[row] = low[row] = next++;
    stack.push(row);
    onStack.add(row);
    for (const column of cells[row]?.keys() ?? []) {
      if (index[column] === undefined) {
        visit(column);
        low[row] = Math.min(low[row] ?? 0, low[column] ?? 0);
      } else if (onStack.has(column)) low[row] = Math.min(low[row] ?? 0, index[column]);
    }
    if (low[row] !== index[row]) return;
    const members = stack.splice(stack.indexOf(row));
    for (const member of members) {
      onStack.delete(member);
      if (members.length > 1) result[member] = cycle;
    }
    if (members.length > 1) cycle++;
  };
  for (const row of cells.keys()) if (index[row] === undefined) visit(row);
  return result;
}

/** A cell of the matrix as a row of a list. */
export type Dependency = {
  readonly from: Part;
  readonly to: Part;
  readonly count: number;
  readonly isBack: boolean;
  readonly isCycle: boolean;
};

/** The dependencies, worst first: those of a circle, and of these the ones against the order; then by their number. */
export function rankedOf({ rows, cells }: Matrix): Dependency[] {
  const dependencies = cells.flatMap((line, row) =>
    Array.from(line, ([column, count]) => {
      const [from, to] = [rows[row], rows[column]];
      if (from === undefined || to === undefined) return [];
      const isCycle = from.cycle !== undefined && from.cycle === to.cycle;
      return [{ from: from.part, to: to.part, count, isBack: row > column, isCycle }];
    }).flat(),
  );
  return dependencies.sort(
    (a, b) => Number(b.isCycle) - Number(a.isCycle) || Number(b.isCycle && b.isBack) - Number(a.isCycle && a.isBack) || b.count - a.count,
  );
}

/** Relationships from one part to another, by their place in the columns. */
export function relationshipsBetween(tree: CodeTree, from: Part, to: Part): number[] {
  const { targets, kinds } = tree.columns;
  const isTo = rowsOf(tree, to);
  return [...relationshipsOf(rowsOf(tree, from), adjacencyOf(tree.columns).out)].filter(
    (each) => isTo[targets[each] ?? 0] === 1 && isDependency(kinds[each] ?? 0),
  );
}

/** The folders that are open at first: the largest ones, until there are enough rows to see how the parts depend on each other. */
export function openAtFirst(shown: Part): ReadonlySet<string> {
  const open = new Set<string>();
  const rows = [...shown.parts];
  while (rows.length < ENOUGH_ROWS) {
    const folder = rows
      .filter(({ kind, parts }) => kind === 'folder' && rows.length + parts.length <= MOST_ROWS)
      .sort((a, b) => b.lines - a.lines)[0];
    if (folder === undefined) break;
    open.add(folder.id);
    rows.splice(rows.indexOf(folder), 1, ...folder.parts);
  }
  return open;
}

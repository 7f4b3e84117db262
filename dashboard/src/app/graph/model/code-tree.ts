import { nodeTypeOf, type CodeColumns } from './code-columns.ts';

/** A folder, a file, or a symbol: what the Map draws and what the tree beside it lists. */
export type Part = {
  /** Of a folder its path with `/` at the end (the top: `/`), else the node's id: what the address has in `node`. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'symbol';
  /** The node's row; -1 of a folder. */
  readonly row: number;
  readonly parent: Part | undefined;
  readonly parts: Part[];
  /** Lines of source: a folder's are the sum of its files'. */
  lines: number;
};

/** Folders and files of a graph, and the symbols of each file, which are put together only when they are needed. */
export class CodeTree {
  readonly top: Part = folder('/', '', undefined);
  readonly columns: CodeColumns;
  /** Rows of the nodes in a file, by the file's place in `columns.paths`. */
  readonly #rowsIn: readonly (readonly number[])[];
  readonly #known = new Map<string, Part>([['/', this.top]]);
  readonly #fileAt = new Map<number, Part>();
  readonly #rowOf = new Map<string, number>();

  constructor(columns: CodeColumns) {
    this.columns = columns;
    const rowsIn: number[][] = columns.paths.map(() => []);
    for (const [row, id] of columns.ids.entries()) {
      this.#rowOf.set(id, row);
      rowsIn[columns.fileOf[row] ?? 0]?.push(row);
    }
    this.#rowsIn = rowsIn;
    for (const [row, id] of columns.ids.entries()) if (nodeTypeOf(columns, row) === 'file') this.#addFile(row, id);
    for (const part of this.#known.values()) if (part.kind === 'folder') part.parts.sort(byKindAndName);
  }

  row(id: string): number | undefined {
    return this.#rowOf.get(id);
  }

  rowsIn(place: number): readonly number[] {
    return this.#rowsIn[place] ?? [];
  }

  /** The part with an id; undefined if it is no longer in the graph, or no source of it. */
  find(id: string): Part | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const row = this.#rowOf.get(id);
    const file = row === undefined ? undefined : this.#fileAt.get(this.columns.fileOf[row] ?? 0);
    if (file !== undefined) this.partsOf(file);
    return this.#known.get(id);
  }

  /** The file of a node; undefined for an external package. */
  fileOf(row: number): Part | undefined {
    return this.#fileAt.get(this.columns.fileOf[row] ?? 0);
  }

  partsOf(part: Part): readonly Part[] {
    if (part.kind === 'file' && part.parts.length === 0) this.#addSymbols(part);
    return part.parts;
  }

  /** Files of a folder, or of all folders in it. */
  *filesIn(part: Part): Iterable<Part> {
    if (part.kind === 'file') yield part;
    else for (const each of part.parts) yield* this.filesIn(each);
  }

  #addFile(row: number, id: string): void {
    const path = this.columns.paths[this.columns.fileOf[row] ?? 0] ?? '';
    const parent = this.#folderAt(path.slice(0, path.lastIndexOf('/') + 1));
    const lines = Math.max(1, this.columns.lines[row] ?? 1);
    const file: Part = { id, name: this.columns.names[row] ?? id, kind: 'file', row, parent, parts: [], lines };
    parent.parts.push(file);
    this.#known.set(id, file);
    this.#fileAt.set(this.columns.fileOf[row] ?? 0, file);
    for (let up: Part | undefined = parent; up !== undefined; up = up.parent) up.lines += lines;
  }

  #folderAt(path: string): Part {
    if (path === '') return this.top;
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/', path.length - 2) + 1;
    const parent = this.#folderAt(path.slice(0, cut));
    const made = folder(path, path.slice(cut, -1), parent);
    parent.parts.push(made);
    this.#known.set(path, made);
    return made;
  }

  /** Nests the symbols of a file by their lines: one that lies within another is a part of it. */
  #addSymbols(file: Part): void {
    const { starts, ends, names, ids, lines } = this.columns;
    const start = (row: number): number => starts[row] ?? 0;
    const end = (row: number): number => ends[row] ?? 0;
    const rows = this.rowsIn(this.columns.fileOf[file.row] ?? 0).filter((row) => row !== file.row);
    const open: Part[] = [];
    for (const row of [...rows].sort((a, b) => start(a) - start(b) || end(b) - end(a) || a - b)) {
      const holds = ({ row: outer }: Part): boolean => end(outer) >= end(row) && (start(outer) < start(row) || end(outer) > end(row));
      while (open.length > 0 && !open.slice(-1).every(holds)) open.pop();
      const parent = open.at(-1) ?? file;
      const symbol: Part = {
        ...{ id: ids[row] ?? '', name: names[row] ?? '', kind: 'symbol', row, parent, parts: [] },
        lines: Math.max(1, lines[row] ?? 1),
      };
      parent.parts.push(symbol);
      this.#known.set(symbol.id, symbol);
      open.push(symbol);
    }
  }
}

/** The folders that a part is in, the top one first, and the part itself. */
export function trailOf(part: Part): readonly Part[] {
  const trail: Part[] = [];
  for (let each: Part | undefined = part; each !== undefined; each = each.parent) trail.unshift(each);
  return trail;
}

function folder(id: string, name: string, parent: Part | undefined): Part {
  return { id, name, kind: 'folder', row: -1, parent, parts: [], lines: 0 };
}

function byKindAndName(a: Part, b: Part): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

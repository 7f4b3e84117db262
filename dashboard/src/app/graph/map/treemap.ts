import { hierarchy, treemap as d3Treemap, treemapSquarify, type HierarchyNode, type HierarchyRectangularNode } from 'd3-hierarchy';
import type { CodeTree, Part } from '../model/code-tree.ts';

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** A part's place in the drawing, in pixels. */
export type Cell = Box & {
  readonly part: Part;
  /** Its parts are cells too, below a strip of this height with its name; 0: there is no room for a name. */
  readonly head: number;
  readonly isOpen: boolean;
};

export const HEAD = 18;
const GAP = 2;
/** A container of at least this size has a head, and a file of at least this size shows its symbols. */
const HEAD_FROM = { width: 44, height: 34 };
const OPEN_FROM = { width: 36, height: 30 };

/**
 * A nested treemap of what is in a part: area means lines. Folders and files are laid out at once. The symbols of a file are laid out when
 * they are first seen, so the cost is that of the files, and of the symbols on the screen.
 */
export class Treemap {
  readonly shown: Part;
  /** Cells come before the cells in them. */
  readonly cells: readonly Cell[];
  readonly #tree: CodeTree;
  readonly #symbols = new Map<Cell, { readonly scale: number; readonly cells: readonly Cell[] }>();

  constructor(tree: CodeTree, shown: Part, width: number, height: number) {
    this.#tree = tree;
    this.shown = shown;
    const root = shown.kind === 'folder' ? foldersAndFiles(shown) : symbolsOf(tree, shown);
    this.cells = place(root, { x: 0, y: 0, width, height }, 1, false);
  }

  /** The cells of a file's symbols, if there is room for them on a screen that shows the map enlarged `scale` times. */
  inside(cell: Cell, scale: number): readonly Cell[] {
    if (cell.part.kind !== 'file' || cell.width * scale < OPEN_FROM.width || cell.height * scale < OPEN_FROM.height) return [];
    const step = 2 ** Math.round(Math.log2(scale));
    const known = this.#symbols.get(cell);
    if (known?.scale === step) return known.cells;
    const cells = this.#tree.partsOf(cell.part).length === 0 ? [] : place(symbolsOf(this.#tree, cell.part), cell, step, true);
    this.#symbols.set(cell, { scale: step, cells });
    return cells;
  }

  /** The innermost cell at a point. */
  at(x: number, y: number, scale: number): Cell | undefined {
    const outer = innermost(this.cells, x, y);
    return outer && (innermost(this.inside(outer, scale), x, y) ?? outer);
  }

  /** The innermost cell that is, or holds, a part. */
  cellOf(part: Part): Cell | undefined {
    const trail = new Map<Part, number>();
    for (let each: Part | undefined = part, step = 0; each !== undefined; each = each.parent, step++) trail.set(each, step);
    let best: Cell | undefined;
    for (const cell of this.cells) {
      const step = trail.get(cell.part);
      if (step !== undefined && (best === undefined || step < (trail.get(best.part) ?? 0))) best = cell;
    }
    return best;
  }
}

/** The height of the strip with a container's name, on the screen. */
export function headFor(width: number, height: number): number {
  return width >= HEAD_FROM.width && height >= HEAD_FROM.height ? HEAD : 0;
}

/** Heads and gaps keep their size on the screen, whatever the scale. */
function place(root: HierarchyNode<Part>, into: Box, scale: number, keepsHead: boolean): Cell[] {
  const gap = GAP / scale;
  const headOf = ({ x0, x1, y0, y1 }: HierarchyRectangularNode<Part>): number => headFor((x1 - x0) * scale, (y1 - y0) * scale) / scale;
  const isBare = ({ depth }: HierarchyNode<Part>): boolean => depth === 0 && !keepsHead;
  const laidOut = d3Treemap<Part>()
    .tile(treemapSquarify.ratio(1.4))
    .size([into.width, into.height])
    .paddingInner(gap)
    .paddingOuter((node) => (isBare(node) ? 0 : gap))
    .paddingTop((node) => (isBare(node) ? 0 : headOf(node) || gap))(root);
  const cells: Cell[] = [];
  laidOut.eachBefore((node) => {
    if (node.depth === 0) return;
    const isOpen = node.children !== undefined;
    const [width, height] = [node.x1 - node.x0, node.y1 - node.y0];
    cells.push({ part: node.data, x: into.x + node.x0, y: into.y + node.y0, width, height, head: isOpen ? headOf(node) : 0, isOpen });
  });
  return cells;
}

function foldersAndFiles(folder: Part): HierarchyNode<Part> {
  return hierarchy<Part>(folder, ({ kind, parts }) => (kind === 'folder' ? parts : undefined))
    .sum(({ kind, lines }) => (kind === 'folder' ? 0 : lines))
    .sort(largestFirst);
}

/** The symbols in a part. Lines of a symbol that none of its parts has are its own, but they have no cell. */
function symbolsOf(tree: CodeTree, part: Part): HierarchyNode<Part> {
  return hierarchy<Part>(part, (each) => tree.partsOf(each))
    .sum(({ parts, lines }) => (parts.length > 0 ? 0 : lines))
    .sort(largestFirst);
}

function largestFirst(a: HierarchyNode<Part>, b: HierarchyNode<Part>): number {
  return (b.value ?? 0) - (a.value ?? 0) || (a.data.id < b.data.id ? -1 : 1);
}

function innermost(cells: readonly Cell[], x: number, y: number): Cell | undefined {
  return cells.findLast((cell) => x >= cell.x && y >= cell.y && x < cell.x + cell.width && y < cell.y + cell.height);
}

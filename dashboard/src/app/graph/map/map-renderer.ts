import type { NodeType } from '@graphtail/facts';
import { cssOf, mixed, type Palette, type Rgb } from '../../look/palette.ts';
import type { CodeTree, Part } from '../model/code-tree.ts';
import type { Camera } from './camera.ts';
import { mainType, type Scale } from './measures.ts';
import type { Edge } from './selected-edges.ts';
import { HEAD, headFor, type Box, type Cell, type Treemap } from './treemap.ts';

/** What the map shows. */
export type Picture = {
  readonly tree: CodeTree;
  readonly map: Treemap;
  readonly camera: Camera;
  /** Undefined: colours mean types. */
  readonly scale: Scale | undefined;
  readonly selected: Part | undefined;
  readonly hovered: Part | undefined;
  readonly edges: readonly Edge[];
};

const FONT = '12px "Inter Variable", system-ui, sans-serif';
const STRONG_FONT = `560 ${FONT}`;
/** A cell that is smaller on the screen has no name. */
const NAME_FROM = { width: 34, height: 15 };

/** Draws the map on a canvas: once a frame at most, and only what is on the screen. */
export class MapRenderer {
  readonly #context: CanvasRenderingContext2D;
  readonly #canvas: HTMLCanvasElement;
  readonly #palette: Palette;
  readonly #typeOf = new WeakMap<Part, NodeType>();
  #picture: Picture | undefined;
  #frame = 0;

  constructor(canvas: HTMLCanvasElement, palette: Palette) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser draws no canvas');
    this.#canvas = canvas;
    this.#context = context;
    this.#palette = palette;
  }

  show(picture: Picture): void {
    this.#picture = picture;
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
  }

  #draw(): void {
    this.#frame = 0;
    const picture = this.#picture;
    if (picture === undefined) return;
    const context = this.#context;
    const ratio = devicePixelRatio;
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight];
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = this.#palette.css('--surface-1');
    context.fillRect(0, 0, width, height);
    context.textBaseline = 'middle';
    const { camera, map } = picture;
    const onScreen = (cell: Cell): Cell | undefined => {
      const [x, y] = [cell.x * camera.scale + camera.dx, cell.y * camera.scale + camera.dy];
      const seen = { ...cell, x, y, width: cell.width * camera.scale, height: cell.height * camera.scale, head: cell.head * camera.scale };
      return x < width && y < height && x + seen.width > 0 && y + seen.height > 0 ? seen : undefined;
    };
    for (const cell of map.cells) {
      const seen = onScreen(cell);
      if (seen === undefined) continue;
      const inside = map.inside(cell, camera.scale);
      this.#cell(picture, inside.length > 0 ? { ...seen, isOpen: true, head: headFor(seen.width, seen.height) } : seen, depth(cell.part));
      for (const symbol of inside) {
        const seenSymbol = onScreen(symbol);
        if (seenSymbol !== undefined) this.#cell(picture, seenSymbol, 0);
      }
    }
    this.#edges(picture);
    for (const [part, token] of [
      [picture.hovered, '--line-strong'],
      [picture.selected, '--accent'],
    ] as const) {
      const box = part && boxOf(picture, part);
      if (box !== undefined) this.#outline(box, token);
    }
  }

  #cell({ tree, scale }: Picture, { part, x, y, width, height, head, isOpen }: Cell, level: number): void {
    const context = this.#context;
    const palette = this.#palette;
    if (isOpen && part.kind === 'folder') {
      context.fillStyle = level % 2 === 0 ? palette.css('--surface-0') : palette.css('--surface-2');
      context.fillRect(x, y, width, height);
      context.strokeStyle = palette.css('--line');
      context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    } else {
      const colour =
        scale === undefined
          ? mixed(palette.rgb('--surface-1'), this.#typeColour(tree, part), isOpen ? 0.14 : part.kind === 'symbol' ? 0.42 : 0.32)
          : mixed(palette.rgb('--surface-3'), palette.rgb('--accent'), (isOpen ? 0.4 : 0.7) * scale.shareOf(part));
      context.fillStyle = cssOf(colour);
      context.fillRect(x, y, width, height);
    }
    if (!isOpen || head > 0) this.#name(part, { x, y, width, height: head > 0 ? Math.min(head, HEAD) : height, isOpen });
  }

  #name(part: Part, { x, y, width, height, isOpen }: { x: number; y: number; width: number; height: number; isOpen: boolean }): void {
    if (width < NAME_FROM.width || height < NAME_FROM.height || part.name === '') return;
    const context = this.#context;
    context.font = part.kind === 'folder' ? STRONG_FONT : FONT;
    context.fillStyle = this.#palette.css(part.kind === 'folder' && isOpen ? '--text-soft' : '--text');
    const room = width - 8;
    const text = fitted(part.name, room / 6.6);
    if (text !== '') context.fillText(text, x + 4, y + Math.min(height / 2, 10), room);
  }

  #typeColour(tree: CodeTree, part: Part): Rgb {
    const type = this.#typeOf.get(part) ?? mainType(tree, part);
    this.#typeOf.set(part, type);
    return this.#palette.rgb(`--type-${type}`);
  }

  #outline({ x, y, width, height }: Box, token: string): void {
    this.#context.lineWidth = 2;
    this.#context.strokeStyle = this.#palette.css(token);
    this.#context.strokeRect(x + 1, y + 1, width - 2, height - 2);
    this.#context.lineWidth = 1;
  }

  #edges(picture: Picture): void {
    const from = picture.selected && boxOf(picture, picture.selected);
    if (from === undefined || picture.edges.length === 0) return;
    const context = this.#context;
    const most = Math.max(...picture.edges.map(({ count }) => count));
    context.lineCap = 'round';
    for (const { other, direction, count } of picture.edges) {
      const to = boxOf(picture, other);
      if (to === undefined) continue;
      const [start, end] = direction === 'out' ? [centre(from), centre(to)] : [centre(to), centre(from)];
      const tone = direction === 'out' ? '--outgoing' : '--incoming';
      const bend = { x: (start.x + end.x) / 2 + (end.y - start.y) * 0.16, y: (start.y + end.y) / 2 - (end.x - start.x) * 0.16 };
      const width = 1.5 + 3.5 * Math.sqrt(count / most);
      for (const [token, line] of [
        ['--surface-1', width + 3],
        [tone, width],
      ] as const) {
        context.strokeStyle = this.#palette.css(token, token === tone ? 0.95 : 0.7);
        context.lineWidth = line;
        context.beginPath();
        context.moveTo(start.x, start.y);
        context.quadraticCurveTo(bend.x, bend.y, end.x, end.y);
        context.stroke();
      }
      this.#arrow(bend, end, tone, width);
    }
    context.lineWidth = 1;
  }

  #arrow(from: Point, to: Point, token: string, width: number): void {
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    const size = 6 + width;
    const context = this.#context;
    context.fillStyle = this.#palette.css(token);
    context.beginPath();
    context.moveTo(to.x, to.y);
    for (const side of [0.42, -0.42]) context.lineTo(to.x - size * Math.cos(angle + side), to.y - size * Math.sin(angle + side));
    context.fill();
  }
}

type Point = { readonly x: number; readonly y: number };

function centre({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** Where a part is on the screen, or what it is in. */
function boxOf({ map, camera }: Picture, part: Part): Box | undefined {
  const outer = map.cellOf(part);
  if (outer === undefined) return undefined;
  const cell = map.inside(outer, camera.scale).find((each) => each.part === part) ?? outer;
  return {
    x: cell.x * camera.scale + camera.dx,
    y: cell.y * camera.scale + camera.dy,
    width: cell.width * camera.scale,
    height: cell.height * camera.scale,
  };
}

function depth(part: Part): number {
  let steps = 0;
  for (let each = part.parent; each !== undefined; each = each.parent) steps++;
  return steps;
}

/** A name in at most so many letters. */
function fitted(name: string, letters: number): string {
  if (name.length <= letters) return name;
  return letters < 4 ? '' : `${name.slice(0, Math.floor(letters) - 1)}…`;
}

import { cssOf, mixed, type Palette } from '../../look/palette.ts';
import type { Matrix } from './matrix.ts';

/** The side of a cell, and so the height of a row's name beside it, in pixels. */
export const CELL = 24;

export type MatrixPicture = {
  readonly matrix: Matrix;
  /** A place that the pointer or a choice names: its row, then its column. */
  readonly hovered: readonly [number, number] | undefined;
  readonly chosen: readonly [number, number] | undefined;
};

/** Draws the matrix on a canvas: the numbers of the columns, then a line of cells for each row. */
export class MatrixRenderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #palette: Palette;
  #picture: MatrixPicture | undefined;
  #frame = 0;

  constructor(canvas: HTMLCanvasElement, palette: Palette) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser draws no canvas');
    this.#canvas = canvas;
    this.#context = context;
    this.#palette = palette;
  }

  show(picture: MatrixPicture): void {
    this.#picture = picture;
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
  }

  #draw(): void {
    this.#frame = 0;
    if (this.#picture === undefined) return;
    const { matrix, hovered, chosen } = this.#picture;
    const size = matrix.rows.length;
    const context = this.#context;
    const ratio = devicePixelRatio;
    const [width, height] = [size * CELL + 1, (size + 1) * CELL + 1];
    this.#canvas.style.width = `${String(width)}px`;
    this.#canvas.style.height = `${String(height)}px`;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = '11px "Inter Variable", system-ui, sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    const palette = this.#palette;
    const most = Math.log1p(Math.max(1, ...matrix.cells.flatMap((line) => [...line.values()])));
    for (let row = 0; row < size; row++) {
      context.fillStyle = palette.css(row === hovered?.[1] ? '--text' : '--text-faint');
      context.fillText(String(row + 1), (row + 0.5) * CELL, CELL / 2);
      for (let column = 0; column < size; column++) this.#cell(row, column, most);
    }
    context.strokeStyle = palette.css('--line');
    context.beginPath();
    for (let line = 0; line <= size; line++) {
      context.moveTo(line * CELL + 0.5, CELL);
      context.lineTo(line * CELL + 0.5, height);
      context.moveTo(0, (line + 1) * CELL + 0.5);
      context.lineTo(width, (line + 1) * CELL + 0.5);
    }
    context.stroke();
    for (const [place, token] of [
      [hovered, '--line-strong'],
      [chosen, '--accent'],
    ] as const) {
      if (place === undefined) continue;
      context.lineWidth = 2;
      context.strokeStyle = palette.css(token);
      context.strokeRect(place[1] * CELL + 1.5, (place[0] + 1) * CELL + 1.5, CELL - 2, CELL - 2);
      context.lineWidth = 1;
    }
  }

  #cell(row: number, column: number, most: number): void {
    const { matrix, hovered } = this.#picture!;
    const count = matrix.cells[row]?.get(column);
    const context = this.#context;
    const palette = this.#palette;
    const isCrossed = row === hovered?.[0] || column === hovered?.[1];
    const [x, y] = [column * CELL, (row + 1) * CELL];
    const [from, to] = [matrix.rows[row]?.cycle, matrix.rows[column]?.cycle];
    const isCycle = from !== undefined && from === to;
    const base = palette.rgb(row === column ? '--surface-3' : isCrossed ? '--surface-2' : '--surface-1');
    const share = count === undefined ? (isCycle && row !== column ? 0.07 : 0) : 0.18 + 0.5 * (Math.log1p(count) / most);
    context.fillStyle = cssOf(mixed(base, palette.rgb(isCycle ? '--deleted' : '--accent'), row === column ? 0 : share));
    context.fillRect(x, y, CELL, CELL);
    if (count === undefined) return;
    context.fillStyle = palette.css('--text');
    context.fillText(count < 1000 ? String(count) : `${String(Math.round(count / 1000))}k`, x + CELL / 2 + 0.5, y + CELL / 2 + 0.5);
  }
}

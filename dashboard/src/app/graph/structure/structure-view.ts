import { Component, type ElementRef, computed, effect, inject, linkedSignal, signal, viewChild } from '@angular/core';
import { LucideChevronDown, LucideChevronRight, LucideFileCode, LucideFolder } from '@lucide/angular';
import { counted, whole } from '../../format/numbers.ts';
import { Palette } from '../../look/palette.ts';
import { Theme } from '../../look/theme.ts';
import { Selection } from '../../selection/selection.ts';
import { trailOf, type Part } from '../model/code-tree.ts';
import { GraphModel } from '../model/graph-model.ts';
import { CELL, MatrixRenderer } from './matrix-renderer.ts';
import { MOST_ROWS, matrixOf, openAtFirst, rankedOf, type Dependency } from './matrix.ts';
import { RelationshipList } from './relationship-list.ts';

const LISTED = 40;

/** Whether the parts are well cut: which folder depends on which, with circles in red. The ranked list says the same as text. */
@Component({
  selector: 'gt-structure-view',
  imports: [LucideChevronDown, LucideChevronRight, LucideFileCode, LucideFolder, RelationshipList],
  templateUrl: './structure-view.html',
  styleUrl: './structure-view.css',
})
export class StructureView {
  readonly #theme = inject(Theme);
  protected readonly model = inject(GraphModel);
  protected readonly selection = inject(Selection);
  private readonly canvas = viewChild<ElementRef<HTMLCanvasElement>>('canvas');

  protected readonly shown = computed(() => {
    const tree = this.model.tree();
    const part = tree?.find(this.selection.filter() ?? '/');
    return part?.kind === 'folder' ? part : tree?.top;
  });
  protected readonly trail = computed(() => {
    const shown = this.shown();
    return shown === undefined ? [] : trailOf(shown);
  });
  /** The open folders. A new state of the graph keeps them. */
  readonly #open = linkedSignal<Part | undefined, ReadonlySet<string>>({
    source: this.shown,
    computation: (shown, previous) => {
      if (shown === undefined) return new Set();
      return previous?.source?.id === shown.id ? previous.value : openAtFirst(shown);
    },
  });
  protected readonly matrix = computed(() => {
    const [tree, shown] = [this.model.tree(), this.shown()];
    return tree === undefined || shown === undefined ? undefined : matrixOf(tree, shown, this.#open());
  });
  protected readonly ranked = computed(() => {
    const matrix = this.matrix();
    return matrix === undefined ? [] : rankedOf(matrix);
  });
  protected readonly limit = linkedSignal<unknown, number>({ source: this.shown, computation: () => LISTED });
  protected readonly verdict = computed(() => {
    const matrix = this.matrix();
    if (matrix === undefined) return '';
    const cycles = new Set(matrix.rows.flatMap(({ cycle }) => cycle ?? [])).size;
    const inCycles = matrix.rows.filter(({ cycle }) => cycle !== undefined).length;
    if (matrix.rows.length < 2) return 'One part: open it to see how what is in it depends on each other';
    return cycles === 0
      ? `No circle among ${counted(matrix.rows.length, 'part')}`
      : `${counted(cycles, 'circle')} among ${whole(inCycles)} of ${counted(matrix.rows.length, 'part')}`;
  });
  protected readonly hovered = signal<readonly [number, number] | undefined>(undefined);
  readonly #chosen = signal<{ readonly from: string; readonly to: string } | undefined>(undefined);
  protected readonly chosen = computed(() => {
    const [tree, ids] = [this.model.tree(), this.#chosen()];
    const [from, to] = [tree?.find(ids?.from ?? ''), tree?.find(ids?.to ?? '')];
    return from === undefined || to === undefined ? undefined : { from, to };
  });
  protected readonly tip = computed(() => {
    const [matrix, place] = [this.matrix(), this.hovered()];
    const [from, to] = [matrix?.rows[place?.[0] ?? -1], matrix?.rows[place?.[1] ?? -1]];
    if (matrix === undefined || from === undefined || to === undefined || from === to) return '';
    return `${from.part.id} → ${to.part.id}: ${counted(matrix.cells[place?.[0] ?? -1]?.get(place?.[1] ?? -1) ?? 0, 'relationship')}`;
  });
  protected readonly most = MOST_ROWS;
  protected readonly cell = CELL;
  protected readonly whole = whole;

  constructor() {
    let renderer: MatrixRenderer | undefined;
    let palette: Palette | undefined;
    effect((onCleanup) => {
      const canvas = this.canvas()?.nativeElement;
      if (canvas === undefined) return;
      palette = new Palette(canvas.parentElement ?? canvas);
      renderer = new MatrixRenderer(canvas, palette);
      onCleanup(() => renderer?.close());
    });
    effect(() => {
      this.#theme.current();
      this.canvas();
      palette?.forget();
      const matrix = this.matrix();
      if (matrix === undefined) return;
      const chosen = this.chosen();
      const place = (part: Part | undefined): number => matrix.rows.findIndex((row) => row.part === part);
      const [row, column] = [place(chosen?.from), place(chosen?.to)];
      renderer?.show({ matrix, hovered: this.hovered(), chosen: row < 0 || column < 0 ? undefined : [row, column] });
    });
  }

  protected toggle(part: Part): void {
    this.#open.update((open) => new Set([...open, part.id]));
  }

  /** Closes the folder that a row is in. */
  protected close({ parent }: Part): void {
    this.#open.update((open) => new Set([...open].filter((id) => parent === undefined || !id.startsWith(parent.id))));
  }

  protected choose({ from, to }: Pick<Dependency, 'from' | 'to'>): void {
    this.#chosen.set({ from: from.id, to: to.id });
  }

  protected unchoose(): void {
    this.#chosen.set(undefined);
  }

  protected enter(part: Part): void {
    this.selection.set({ filter: part.id === '/' ? null : part.id });
  }

  protected move(event: PointerEvent): void {
    const [row, column] = [Math.floor(event.offsetY / CELL) - 1, Math.floor(event.offsetX / CELL)];
    const size = this.matrix()?.rows.length ?? 0;
    this.hovered.set(row >= 0 && row < size && column >= 0 && column < size ? [row, column] : undefined);
  }

  protected press(): void {
    const [matrix, [row, column]] = [this.matrix(), this.hovered() ?? [-1, -1]];
    const [from, to] = [matrix?.rows[row]?.part, matrix?.rows[column]?.part];
    if (from !== undefined && to !== undefined && matrix?.cells[row]?.has(column) === true) this.choose({ from, to });
  }

  protected more(): void {
    this.limit.update((limit) => limit + LISTED);
  }
}

import { Component, type ElementRef, computed, effect, inject, linkedSignal, resource, signal, untracked, viewChild } from '@angular/core';
import { LucideArrowDownLeft, LucideArrowUpRight, LucideChevronRight } from '@lucide/angular';
import { API } from '../../api/api.ts';
import { whole } from '../../format/numbers.ts';
import { Live } from '../../live/live.ts';
import { Palette } from '../../look/palette.ts';
import { Theme } from '../../look/theme.ts';
import { TypeIcon } from '../../look/type-icon.ts';
import { Selection } from '../../selection/selection.ts';
import { nodeTypeOf } from '../model/code-columns.ts';
import { trailOf, type Part } from '../model/code-tree.ts';
import { GraphModel } from '../model/graph-model.ts';
import { WHOLE, moved, zoomed, type Camera } from './camera.ts';
import { MapRenderer } from './map-renderer.ts';
import { MapTree } from './map-tree.ts';
import { MEASURES, mainType, scaleOf, type Churned, type MeasureName } from './measures.ts';
import { drawnOf, edgesOf, type Edge } from './selected-edges.ts';
import { Treemap } from './treemap.ts';

/** A container of at least this size ends an edge; smaller ones count for the folder that they are in. */
const ENDS_EDGE = { width: 28, height: 18 };
/** A press that moves less is a click. */
const CLICK_PX = 4;

/** Where the code lives: a nested treemap, with the relationships of what is selected, and the same as text beside it. */
@Component({
  selector: 'gt-map-view',
  imports: [LucideArrowDownLeft, LucideArrowUpRight, LucideChevronRight, MapTree, TypeIcon],
  templateUrl: './map-view.html',
  styleUrl: './map-view.css',
  host: { '(document:keydown.escape)': 'up($event)' },
})
export class MapView {
  readonly #api = inject(API);
  readonly #live = inject(Live);
  readonly #theme = inject(Theme);
  protected readonly model = inject(GraphModel);
  protected readonly selection = inject(Selection);
  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');

  protected readonly measures = MEASURES;
  protected readonly measure = signal<MeasureName>('type');
  protected readonly size = signal({ width: 0, height: 0 });
  protected readonly camera = linkedSignal<unknown, Camera>({ source: () => this.shown()?.id, computation: () => WHOLE });
  protected readonly hover = signal<{ readonly part: Part; readonly x: number; readonly y: number } | undefined>(undefined);

  /** What the map is a map of: everything, or one folder, file or class. */
  protected readonly shown = computed(() => {
    const tree = this.model.tree();
    const part = tree?.find(this.selection.filter() ?? '/') ?? tree?.top;
    return part !== undefined && tree !== undefined && tree.partsOf(part).length > 0 ? part : tree?.top;
  });
  protected readonly trail = computed(() => {
    const shown = this.shown();
    return shown === undefined ? [] : trailOf(shown);
  });
  protected readonly selected = computed(() => {
    const id = this.selection.node();
    return id === undefined ? undefined : this.model.tree()?.find(id);
  });
  readonly #map = computed(() => {
    const [tree, shown, { width, height }] = [this.model.tree(), this.shown(), this.size()];
    return tree === undefined || shown === undefined || width === 0 ? undefined : new Treemap(tree, shown, width, height);
  });
  readonly #churned = resource({
    params: () => (this.measure() === 'churn' ? this.#churnQuery() : undefined),
    loader: async ({ params }): Promise<Churned> => {
      const { files, nodes } = await this.#api.hot({ ...params, limit: 500 });
      return {
        files: new Map(files.map(({ file_path, facts }) => [file_path, facts])),
        nodes: new Map(nodes.map(({ id, facts }) => [id, facts])),
      };
    },
  });
  readonly #churnQuery = computed(() => {
    const { at, from, to } = this.selection;
    return { graph: this.#live.graph(), from: from(), to: to() ?? at() };
  });
  protected readonly scale = computed(() => {
    const [tree, measure] = [this.model.tree(), this.measure()];
    if (tree === undefined || measure === 'type') return undefined;
    return scaleOf(tree, measure, this.#churned.hasValue() ? this.#churned.value() : undefined);
  });
  protected readonly edges = computed<readonly Edge[]>(() => {
    const [tree, map, selected] = [this.model.tree(), this.#map(), this.selected()];
    if (tree === undefined || map === undefined || selected === undefined || selected === tree.top) return [];
    const above = new Set(trailOf(selected));
    const large = new Set(
      map.cells.filter((cell) => cell.width >= ENDS_EDGE.width && cell.height >= ENDS_EDGE.height).map(({ part }) => part),
    );
    const known = new Map<Part, Part>();
    const containerOfFile = (file: Part): Part => {
      let end: Part = file;
      for (let up: Part | undefined = file; up !== undefined && !above.has(up); up = up.parent) {
        end = up;
        if (large.has(up)) break;
      }
      return large.has(end) ? end : file;
    };
    return edgesOf(tree, selected, (row) => {
      const file = tree.fileOf(row);
      if (file === undefined) return undefined;
      if (above.has(file) || file === map.shown) return tree.find(tree.columns.ids[row] ?? '');
      const container = known.get(file) ?? containerOfFile(file);
      known.set(file, container);
      return container;
    });
  });
  protected readonly lists = computed(() =>
    (['in', 'out'] as const).map((direction) => {
      const edges = this.edges().filter((edge) => edge.direction === direction);
      return { direction, edges: edges.slice(0, 50), places: edges.length, count: edges.reduce((sum, { count }) => sum + count, 0) };
    }),
  );
  protected readonly legend = computed(() => {
    const tree = this.model.tree();
    if (tree === undefined || this.measure() !== 'type') return [];
    const types = new Map<string, number>();
    for (let row = 0; row < tree.columns.ids.length; row++) {
      const type = nodeTypeOf(tree.columns, row);
      if (type !== 'file' && type !== 'package') types.set(type, (types.get(type) ?? 0) + 1);
    }
    return [...types].sort(([, a], [, b]) => b - a).slice(0, 7).map(([type]) => type); // prettier-ignore
  });
  protected readonly summary = computed(() => {
    const shown = this.shown();
    return shown === undefined
      ? 'The map'
      : `Map of ${shown.name || 'the whole graph'}: ${whole(shown.lines)} lines. The tree beside it says the same as text`;
  });
  protected readonly whole = whole;

  #press: { readonly x: number; readonly y: number; readonly camera: Camera; hasMoved: boolean } | undefined;

  constructor() {
    let renderer: MapRenderer | undefined;
    let palette: Palette | undefined;
    effect((onCleanup) => {
      const canvas = this.canvas().nativeElement;
      palette = new Palette(canvas.parentElement ?? canvas);
      renderer = new MapRenderer(canvas, palette);
      const resize = new ResizeObserver(() => this.size.set({ width: canvas.clientWidth, height: canvas.clientHeight }));
      resize.observe(canvas);
      onCleanup(() => {
        resize.disconnect();
        renderer?.close();
      });
    });
    effect(() => {
      this.#theme.current();
      palette?.forget();
      const [tree, map] = [this.model.tree(), this.#map()];
      if (tree === undefined || map === undefined) return;
      const [camera, scale, selected, edges] = [this.camera(), this.scale(), this.selected(), drawnOf(this.edges())];
      renderer?.show({ tree, map, camera, scale, selected, hovered: this.hover()?.part, edges });
    });
  }

  protected typeOf(part: Part) {
    const tree = this.model.tree();
    return tree === undefined || part.kind === 'folder' ? 'module' : part.kind === 'file' ? 'file' : mainType(tree, part);
  }

  /** The path in front of the name. */
  protected folderOf({ parent }: Part): string {
    return parent === undefined || parent.id === '/' ? '' : parent.id;
  }

  protected choose(part: Part): void {
    this.selection.set({ node: part.id });
  }

  /** Shows what is in a part. What has no parts is shown in Focus. */
  protected enter(part: Part): void {
    const tree = this.model.tree();
    if (tree === undefined) return;
    if (tree.partsOf(part).length > 0) this.selection.set({ filter: part.id === '/' ? null : part.id });
    else if (part.kind !== 'folder') this.selection.set({ node: part.id, view: 'focus' });
  }

  protected focusOn(part: Part): void {
    this.selection.set({ node: part.id, view: 'focus' });
  }

  protected up(event: Event): void {
    if (event.defaultPrevented || (event.target instanceof Element && event.target.closest('input, select, dialog') !== null)) return;
    const parent = this.shown()?.parent;
    if (this.camera().scale > 1) this.camera.set(WHOLE);
    else if (parent !== undefined) this.enter(parent);
    else if (this.selection.node() !== undefined) this.selection.set({ node: null });
  }

  protected zoom(event: WheelEvent): void {
    event.preventDefault();
    const { width, height } = this.size();
    this.camera.update((camera) => zoomed(camera, Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY, width, height));
  }

  protected press(event: PointerEvent): void {
    this.#press = { x: event.offsetX, y: event.offsetY, camera: this.camera(), hasMoved: false };
    this.canvas().nativeElement.setPointerCapture(event.pointerId);
  }

  protected move(event: PointerEvent): void {
    const press = this.#press;
    const { width, height } = this.size();
    if (press !== undefined) {
      const [byX, byY] = [event.offsetX - press.x, event.offsetY - press.y];
      press.hasMoved ||= Math.hypot(byX, byY) > CLICK_PX;
      if (press.hasMoved) this.camera.set(moved(press.camera, byX, byY, width, height));
      return;
    }
    const part = this.#partAt(event);
    this.hover.set(
      part && {
        part,
        x: Math.min(event.offsetX + 14, width - 240),
        y: event.offsetY + 14 > height - 80 ? event.offsetY - 70 : event.offsetY + 14,
      },
    );
  }

  protected release(event: PointerEvent): void {
    const press = this.#press;
    this.#press = undefined;
    const part = press?.hasMoved === false ? this.#partAt(event) : undefined;
    if (part !== undefined) this.choose(part);
  }

  protected leave(): void {
    this.#press = undefined;
    this.hover.set(undefined);
  }

  protected open(event: MouseEvent): void {
    const part = this.#partAt(event);
    // A folder or file is entered step by step: the outermost container at this place that is not shown yet.
    const trail = part === undefined ? [] : trailOf(part);
    const step = trail[trail.indexOf(untracked(this.shown) as Part) + 1];
    if (step !== undefined) this.enter(step);
  }

  #partAt({ offsetX, offsetY }: MouseEvent): Part | undefined {
    const { scale, dx, dy } = this.camera();
    return this.#map()?.at((offsetX - dx) / scale, (offsetY - dy) / scale, scale)?.part;
  }
}

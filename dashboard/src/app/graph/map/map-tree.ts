import { Component, ElementRef, computed, effect, inject, input, linkedSignal, output } from '@angular/core';
import { whole } from '../../format/numbers.ts';
import { TypeIcon } from '../../look/type-icon.ts';
import { nodeTypeOf } from '../model/code-columns.ts';
import { trailOf, type CodeTree, type Part } from '../model/code-tree.ts';
import { LucideChevronDown, LucideChevronRight, LucideFolder } from '@lucide/angular';

type Row =
  | { readonly part: Part; readonly level: number; readonly isOpen: boolean; readonly canOpen: boolean }
  | { readonly more: Part; readonly level: number; readonly left: number };

/** The parts of a folder that are listed before it says how many more there are. */
const STEP = 100;

/** The map as text: folders, files and symbols, each with its lines. It is what the keyboard, a screen reader and a phone use. */
@Component({
  selector: 'gt-map-tree',
  imports: [LucideChevronDown, LucideChevronRight, LucideFolder, TypeIcon],
  templateUrl: './map-tree.html',
  styleUrl: './map-tree.css',
})
export class MapTree {
  readonly tree = input.required<CodeTree>();
  readonly selected = input<Part>();
  readonly chosen = output<Part>();
  readonly entered = output<Part>();
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);

  readonly #open = linkedSignal<string | undefined, ReadonlySet<string>>({
    source: () => this.selected()?.id,
    computation: (_id, previous) => {
      const selected = this.selected();
      const trail = selected === undefined ? [] : trailOf(selected).slice(0, -1);
      return new Set(['/', ...(previous?.value ?? []), ...trail.map(({ id }) => id)]);
    },
  });
  readonly #shown = linkedSignal<CodeTree, ReadonlyMap<string, number>>({ source: this.tree, computation: () => new Map() });
  /** The row that Tab reaches. */
  protected readonly current = linkedSignal(() => this.selected()?.id ?? this.rows().find((row) => 'part' in row)?.part.id);

  protected readonly rows = computed<Row[]>(() => {
    const rows: Row[] = [];
    const selected = this.selected();
    const add = (parent: Part, level: number): void => {
      const parts = [...this.tree().partsOf(parent)].sort(
        (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || (parent.kind === 'folder' ? b.lines - a.lines : 0),
      );
      const held = selected === undefined ? -1 : parts.findIndex((part) => trailOf(selected).includes(part));
      const shown = Math.max(this.#shown().get(parent.id) ?? STEP, held + 1);
      for (const part of parts.slice(0, shown)) {
        const canOpen = this.tree().partsOf(part).length > 0;
        const isOpen = canOpen && this.#open().has(part.id);
        rows.push({ part, level, isOpen, canOpen });
        if (isOpen) add(part, level + 1);
      }
      if (parts.length > shown) rows.push({ more: parent, level, left: parts.length - shown });
    };
    add(this.tree().top, 1);
    return rows;
  });

  protected readonly whole = whole;

  constructor() {
    effect(() => {
      if (this.selected() === undefined) return;
      requestAnimationFrame(() => this.#element('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }));
    });
  }

  protected typeOf({ row }: Part) {
    return nodeTypeOf(this.tree().columns, row);
  }

  protected toggle(part: Part, isOpen = !this.#open().has(part.id)): void {
    const open = new Set(this.#open());
    if (isOpen) open.add(part.id);
    else open.delete(part.id);
    this.#open.set(open);
  }

  protected showMore(parent: Part): void {
    this.#shown.update((shown) => new Map(shown).set(parent.id, (shown.get(parent.id) ?? STEP) + STEP));
  }

  protected key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = this.rows().flatMap((row) => ('part' in row ? row : []));
    const place = rows.findIndex(({ part }) => part.id === this.current());
    const row = rows[place];
    if (row === undefined) return;
    switch (event.key) {
      case 'ArrowDown':
        this.#go(rows[place + 1]?.part);
        break;
      case 'ArrowUp':
        this.#go(rows[place - 1]?.part);
        break;
      case 'Home':
        this.#go(rows[0]?.part);
        break;
      case 'End':
        this.#go(rows.at(-1)?.part);
        break;
      case 'ArrowRight':
        if (row.canOpen && !row.isOpen) this.toggle(row.part, true);
        else if (row.isOpen) this.#go(rows[place + 1]?.part);
        break;
      case 'ArrowLeft':
        if (row.isOpen) this.toggle(row.part, false);
        else this.#go(row.part.parent);
        break;
      case ' ':
        this.chosen.emit(row.part);
        break;
      case 'Enter':
        this.entered.emit(row.part);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #go(part: Part | undefined): void {
    if (part === undefined || part.id === '/') return;
    this.current.set(part.id);
    requestAnimationFrame(() => this.#element('[tabindex="0"]')?.focus());
  }

  #element(selector: string): HTMLElement | null {
    return this.#host.nativeElement.querySelector<HTMLElement>(`[role="treeitem"]${selector}`);
  }
}

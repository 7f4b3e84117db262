import { Component, ElementRef, computed, inject } from '@angular/core';
import type { Impact } from '@graphtail/client';
import { LucideArrowLeft, LucideArrowRight } from '@lucide/angular';
import { nameInId } from '../../event-log/fact-summary.ts';
import { reasonOf } from '../../api/api.ts';
import { whole } from '../../format/numbers.ts';
import { TypeIcon } from '../../look/type-icon.ts';
import { Selection } from '../../selection/selection.ts';
import { nodeTypeOf } from '../model/code-columns.ts';
import { GraphModel } from '../model/graph-model.ts';
import { FocusCard } from './focus-card.ts';
import { FocusStore } from './focus-store.ts';
import { wordsForImpact } from './impact-words.ts';
import { NeighbourColumn, type ItemGroup } from './neighbour-column.ts';
import type { Group, Neighbour } from './neighbours.ts';

/** What calls a node, what it calls, and what a change of it may break. */
@Component({
  selector: 'gt-focus-view',
  imports: [FocusCard, LucideArrowLeft, LucideArrowRight, NeighbourColumn, TypeIcon],
  templateUrl: './focus-view.html',
  styleUrl: './focus-view.css',
  host: { '(document:keydown)': 'key($event)' },
})
export class FocusView {
  protected readonly store = inject(FocusStore);
  protected readonly model = inject(GraphModel);
  protected readonly selection = inject(Selection);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);

  protected readonly callers = computed(() => this.#itemsOf(this.store.callers()));
  protected readonly callees = computed(() => this.#itemsOf(this.store.callees()));
  protected readonly suggested = computed(() => {
    const tree = this.model.tree();
    if (tree === undefined) return [];
    const { ids, names, paths, fileOf } = tree.columns;
    return this.store.suggested().map(({ row, count }) => ({
      ...{ id: ids[row] ?? '', name: names[row] ?? '', path: paths[fileOf[row] ?? 0] ?? '', count },
      type: nodeTypeOf(tree.columns, row),
    }));
  });
  protected readonly impact = computed(() => (this.store.impact.hasValue() ? this.store.impact.value() : undefined));
  protected readonly sentence = computed(() => {
    const impact = this.impact();
    return impact === undefined ? undefined : wordsForImpact(impact);
  });
  protected readonly impactError = computed(() => {
    const error = this.store.impact.error();
    return error === undefined ? undefined : reasonOf(error, 'The impact could not be computed');
  });
  /** A column for each number of steps, and one for the tests. */
  protected readonly hops = computed(() => {
    const impact = this.impact();
    if (impact === undefined) return [];
    const most = Math.max(0, ...impact.affected.map(({ distance }) => distance));
    const steps = Array.from({ length: most }, (_, index) => index + 1).map((step) => ({
      title: step === 1 ? '1 step away' : `${String(step)} steps away`,
      groups: groupsOf(impact.affected.filter(({ distance }) => distance === step)),
    }));
    return [...steps.filter(({ groups }) => groups.length > 0), { title: 'Tests to run', groups: groupsOf(impact.tests) }];
  });
  protected readonly cut = computed(() => {
    const impact = this.impact();
    return impact !== undefined && impact.affected.length < impact.total
      ? `${whole(impact.affected.length)} of ${whole(impact.total)} are shown`
      : undefined;
  });
  protected readonly nameInId = nameInId;
  protected readonly depths = [1, 2, 3, 5, 10];

  protected focus(id: string): void {
    this.store.focus(id);
  }

  protected key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select, dialog, pre') !== null) return;
    switch (event.key) {
      case '[':
        this.store.walk(-1);
        break;
      case ']':
        this.store.walk(1);
        break;
      case 'i':
        this.selection.set({ depth: this.store.depth() === undefined ? '3' : null });
        break;
      case 'ArrowDown':
      case 'ArrowUp':
        if (!this.#step(event.key === 'ArrowDown' ? 1 : -1)) return;
        break;
      case 'ArrowLeft':
      case 'ArrowRight':
        if (!this.#cross(event.key === 'ArrowRight' ? 1 : -1)) return;
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the keyboard's focus within a column. */
  #step(by: 1 | -1): boolean {
    const column = document.activeElement?.closest('[data-column]') ?? this.#columns()[0];
    const items = [...(column?.querySelectorAll<HTMLElement>('[data-item]') ?? [])];
    const place = items.indexOf(document.activeElement as HTMLElement);
    const next = items[place < 0 ? 0 : place + by];
    next?.focus();
    return next !== undefined;
  }

  /** Moves the keyboard's focus to the column beside, at the same height. */
  #cross(by: 1 | -1): boolean {
    const columns = this.#columns();
    const place = columns.findIndex((column) => column.contains(document.activeElement));
    const target = place < 0 ? columns[0] : columns[place + by];
    const top = document.activeElement?.getBoundingClientRect().top ?? 0;
    const items = [...(target?.querySelectorAll<HTMLElement>('[data-item]') ?? [])];
    const distance = (item: HTMLElement): number => Math.abs(item.getBoundingClientRect().top - top);
    const nearest = items.reduce<HTMLElement | undefined>(
      (best, item) => (best === undefined || distance(item) < distance(best) ? item : best),
      undefined,
    );
    nearest?.focus();
    return nearest !== undefined;
  }

  #columns(): Element[] {
    return [...this.#host.nativeElement.querySelectorAll('[data-column]')].filter((column) => column.querySelector('[data-item]') !== null);
  }

  #itemsOf(groups: readonly Group[]): ItemGroup[] {
    const tree = this.model.tree();
    if (tree === undefined) return [];
    const { ids, names } = tree.columns;
    const item = ({ row, kinds, count, confidence }: Neighbour) => ({
      ...{ id: ids[row] ?? '', name: names[row] ?? '', type: nodeTypeOf(tree.columns, row), count },
      ...{ how: kinds.join(', '), isCertain: confidence >= 100 },
    });
    return groups.map(({ path, isTest, neighbours }) => ({ path, isTest, neighbours: neighbours.map(item) }));
  }
}

function groupsOf(affected: Impact['affected']): ItemGroup[] {
  const groups = new Map<string, ItemGroup & { neighbours: ItemGroup['neighbours'][number][] }>();
  for (const { node, via } of affected) {
    const group = groups.get(node.file_path) ?? { path: node.file_path, isTest: node.origin === 'test', neighbours: [] };
    groups.set(node.file_path, group);
    const how = via === undefined ? '' : via.relationship_type;
    group.neighbours.push({
      ...{ id: node.id, name: node.name, type: node.node_type, how },
      ...{ count: via?.count ?? 1, isCertain: (via?.confidence ?? 1) >= 1 },
    });
  }
  return [...groups.values()].sort((a, b) => b.neighbours.length - a.neighbours.length);
}

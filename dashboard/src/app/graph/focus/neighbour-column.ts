import { Component, computed, input, linkedSignal, output } from '@angular/core';
import type { NodeType } from '@graphtail/facts';
import { whole } from '../../format/numbers.ts';
import { TypeIcon } from '../../look/type-icon.ts';
import { firstOf, sizeOf } from './neighbours.ts';

/** A node as a column lists it. */
export type Item = {
  readonly id: string;
  readonly name: string;
  readonly type: NodeType;
  /** How it is connected, in words. */
  readonly how: string;
  readonly count: number;
  readonly isCertain: boolean;
};
export type ItemGroup = { readonly path: string; readonly isTest: boolean; readonly neighbours: readonly Item[] };

const AT_FIRST = 12;
const STEP = 40;

/** A column of nodes, by file: the first ones, and the others on request. */
@Component({
  selector: 'gt-neighbour-column',
  imports: [TypeIcon],
  templateUrl: './neighbour-column.html',
  styleUrl: './neighbour-column.css',
  host: { '[attr.data-side]': 'side()' },
})
export class NeighbourColumn {
  readonly title = input.required<string>();
  readonly groups = input.required<readonly ItemGroup[]>();
  readonly side = input<'left' | 'right'>('right');
  readonly empty = input('None');
  readonly focused = output<string>();

  readonly #limit = linkedSignal<unknown, number>({ source: this.groups, computation: () => AT_FIRST });
  protected readonly size = computed(() => sizeOf(this.groups()));
  protected readonly shown = computed(() => firstOf<Item, ItemGroup>(this.groups(), this.#limit()));
  protected readonly left = computed(() => this.size() - sizeOf(this.shown()));
  protected readonly step = computed(() => Math.min(STEP, this.left()));
  protected readonly whole = whole;

  protected more(): void {
    this.#limit.update((limit) => limit + STEP);
  }
}

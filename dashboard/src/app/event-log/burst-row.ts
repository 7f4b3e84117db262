import { Component, computed, input } from '@angular/core';
import { LucideChevronRight } from '@lucide/angular';
import { whole } from '../format/numbers.ts';
import { absolute, ago } from '../format/time.ts';
import { seqText } from '../live/connection.ts';
import { Mark } from '../look/mark.ts';
import { summaryOfBurst, type Burst } from './bursts.ts';

/** The facts of one save on one line: `point.ts  +2 functions`. */
@Component({
  selector: 'gt-burst-row',
  imports: [LucideChevronRight, Mark],
  template: `
    <gt-mark [kind]="summary().mark" />
    <svg class="turn" lucideChevronRight [size]="14" [class.open]="isOpen()"></svg>
    <span class="sort">{{ count() }}</span>
    <span class="what">
      <span class="name">{{ summary().name }}</span>
      <span class="detail strong">{{ summary().what }}</span>
      @if (summary().names; as names) {
        <span class="detail mono">{{ names }}</span>
      }
    </span>
    <span class="where"></span>
    <time [attr.datetime]="newest().timestamp" [title]="time()">{{ passed() }}</time>
    <span class="seq" [attr.data-offset]="newest().offset" [title]="newest().offset + ' – click copies it'">{{ seq() }}</span>
  `,
  styleUrl: './event-row.css',
})
export class BurstRow {
  readonly burst = input.required<Burst>();
  readonly isOpen = input.required<boolean>();
  readonly now = input.required<number>();

  protected readonly newest = computed(() => this.burst().facts[0]!);
  protected readonly summary = computed(() => summaryOfBurst(this.burst()));
  protected readonly count = computed(() => `${whole(this.burst().facts.length)} facts`);
  protected readonly seq = computed(() => seqText(this.newest().offset));
  readonly #at = computed(() => Date.parse(this.newest().timestamp));
  protected readonly passed = computed(() => ago(this.#at(), this.now()));
  protected readonly time = computed(() => absolute(this.#at()));
}

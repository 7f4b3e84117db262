import { Component, computed, input } from '@angular/core';
import type { Fact } from '@graphtail/facts';
import { absolute, ago } from '../format/time.ts';
import { seqText } from '../live/connection.ts';
import { Mark } from '../look/mark.ts';
import { TypeIcon } from '../look/type-icon.ts';
import { kindOf, severityOf } from './fact-kind.ts';
import { summaryOf } from './fact-summary.ts';

/** One fact on one line. `data-offset` is what a click on its number copies. */
@Component({
  selector: 'gt-event-row',
  imports: [Mark, TypeIcon],
  template: `
    <gt-mark [kind]="kind()" [type]="fact().event_type" [attr.data-severity]="severity()" [title]="fact().event_type" />
    <span class="icon">
      @if (summary().nodeType; as type) {
        <gt-type-icon [type]="type" />
      }
    </span>
    <span class="sort">{{ summary().sort }}</span>
    <span class="what">
      <span class="name">{{ summary().name }}</span>
      @if (summary().detail; as detail) {
        <span class="detail">{{ detail }}</span>
      }
    </span>
    <span class="where" [title]="summary().where ?? ''">{{ file() }}</span>
    <time [attr.datetime]="fact().timestamp" [title]="time()">{{ passed() }}</time>
    <span class="seq" [attr.data-offset]="fact().offset" [title]="fact().offset + ' – click copies it'">{{ seq() }}</span>
  `,
  styleUrl: './event-row.css',
})
export class EventRow {
  readonly fact = input.required<Fact>();
  readonly now = input.required<number>();

  protected readonly kind = computed(() => kindOf(this.fact()));
  protected readonly severity = computed(() => severityOf(this.fact()) ?? null);
  protected readonly summary = computed(() => summaryOf(this.fact()));
  protected readonly seq = computed(() => seqText(this.fact().offset));
  /** Only the file's name; its folders are shown on hover. */
  protected readonly file = computed(() => this.summary().where?.split('/').at(-1) ?? '');
  readonly #at = computed(() => Date.parse(this.fact().timestamp));
  protected readonly passed = computed(() => ago(this.#at(), this.now()));
  protected readonly time = computed(() => absolute(this.#at()));
}

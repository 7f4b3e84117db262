import { Component, computed, input, output } from '@angular/core';
import type { Fact } from '@graphtail/facts';
import { LucideCopy, LucideX } from '@lucide/angular';
import { absolute } from '../format/time.ts';
import { Mark } from '../look/mark.ts';
import { kindOf } from './fact-kind.ts';

/** One fact in full, as in the log. */
@Component({
  selector: 'gt-fact-detail',
  imports: [LucideCopy, LucideX, Mark],
  template: `
    <section aria-label="Fact">
      <div class="head">
        <gt-mark [kind]="kind()" [type]="fact().event_type" />
        <h3>{{ fact().event_type }}</h3>
        <span class="soft small">{{ time() }}</span>
        <button type="button" class="button quiet push" title="Copy the offset" (click)="copied.emit(fact().offset)">
          <svg lucideCopy [size]="14"></svg>
          <code>{{ fact().offset }}</code>
        </button>
        <button type="button" class="button quiet icon-only" aria-label="Close" title="Close (Esc)" (click)="closed.emit()">
          <svg lucideX [size]="14"></svg>
        </button>
      </div>
      <pre tabindex="0">{{ json() }}</pre>
    </section>
  `,
  styleUrl: './fact-detail.css',
})
export class FactDetail {
  readonly fact = input.required<Fact>();
  readonly copied = output<string>();
  readonly closed = output();

  protected readonly kind = computed(() => kindOf(this.fact()));
  protected readonly time = computed(() => absolute(Date.parse(this.fact().timestamp)));
  protected readonly json = computed(() => JSON.stringify(this.fact(), null, 2));
}

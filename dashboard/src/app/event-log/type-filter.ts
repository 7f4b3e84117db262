import { Component, model } from '@angular/core';
import type { EventType } from '@graphtail/facts';
import { kindOfType, MARKS } from './fact-kind.ts';
import { GROUPS } from './filter.ts';

/** One toggle for each event type, with its mark. If none is pressed, every type is shown. */
@Component({
  selector: 'gt-type-filter',
  template: `
    <div class="types" role="group" aria-label="Filter by type">
      <button type="button" class="all" [attr.aria-pressed]="types().size === 0" (click)="types.set(none)">All</button>
      @for (group of groups; track group.label) {
        <span class="group">
          <button type="button" class="label" [attr.aria-pressed]="holdsAll(group.types)" (click)="toggleAll(group.types)">
            {{ group.label }}
          </button>
          @for (type of group.types; track type) {
            <button
              type="button"
              class="type"
              [attr.data-kind]="kind(type)"
              [attr.aria-pressed]="types().has(type)"
              [attr.aria-label]="type"
              [title]="type"
              (click)="toggle(type)"
            >
              {{ mark(type) }}
            </button>
          }
        </span>
      }
    </div>
  `,
  styleUrl: './type-filter.css',
})
export class TypeFilter {
  readonly types = model.required<ReadonlySet<EventType>>();
  protected readonly groups = GROUPS;
  protected readonly none: ReadonlySet<EventType> = new Set();
  protected readonly kind = kindOfType;

  protected mark(type: EventType): string {
    return TYPE_MARKS[type] ?? MARKS[kindOfType(type)];
  }

  protected holdsAll(types: readonly EventType[]): boolean {
    return types.every((type) => this.types().has(type));
  }

  protected toggle(type: EventType): void {
    const next = new Set(this.types());
    if (!next.delete(type)) next.add(type);
    this.types.set(next);
  }

  protected toggleAll(types: readonly EventType[]): void {
    const next = new Set(this.types());
    if (this.holdsAll(types)) for (const type of types) next.delete(type);
    else for (const type of types) next.add(type);
    this.types.set(next);
  }
}

/** Separate marks for types that would share one with another type of the group. */
const TYPE_MARKS: Partial<Record<EventType, string>> = { analysis_started: '▹', analysis_cancelled: '×', graph_reset: '∅' };

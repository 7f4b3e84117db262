import { Component, model } from '@angular/core';
import type { EventType } from '@graphtail/facts';
import { Mark } from '../look/mark.ts';
import { kindOfType } from './fact-kind.ts';
import { GROUPS } from './filter.ts';

/** One toggle for each event type, with its mark. If none is pressed, every type is shown. */
@Component({
  selector: 'gt-type-filter',
  imports: [Mark],
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
              <gt-mark [kind]="kind(type)" [type]="type" />
              <span class="word">{{ word(type) }}</span>
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

  /** `added` of `node_added`: what it is about stands before it. */
  protected word(type: EventType): string {
    return type.slice(type.indexOf('_') + 1);
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

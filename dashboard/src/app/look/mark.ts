import { Component, computed, input } from '@angular/core';
import type { EventType } from '@graphtail/facts';
import {
  LucideArrowLeftRight,
  LucideCheck,
  LucideCircleAlert,
  LucideCircleSlash,
  LucideDot,
  LucideDynamicIcon,
  LucideMinus,
  LucidePlay,
  LucidePlus,
  LucideX,
  type LucideIconData,
} from '@lucide/angular';

/** What a fact means to whoever glances at it. The mark says it without colour; the colour is a token of the same name. */
export type FactKind = 'added' | 'updated' | 'deleted' | 'progress' | 'completed' | 'alert' | 'seam' | 'note';

const TILDE: LucideIconData = { name: 'tilde', node: [['path', { d: 'M4 14c2-4 5-4 8-2s6 2 8-2' }]], size: 24 };
const QUARTER: LucideIconData = {
  name: 'quarter',
  node: [
    ['circle', { cx: '12', cy: '12', r: '9' }],
    ['path', { d: 'M12 3v9h9A9 9 0 0 0 12 3Z', fill: 'currentColor' }],
  ],
  size: 24,
};

const ICONS: Readonly<Record<FactKind, LucideIconData>> = {
  added: LucidePlus.icon,
  updated: TILDE,
  deleted: LucideMinus.icon,
  progress: QUARTER,
  completed: LucideCheck.icon,
  alert: LucideCircleAlert.icon,
  seam: LucideArrowLeftRight.icon,
  note: LucideDot.icon,
};
/** Where two types of one kind stand side by side. */
const TYPE_ICONS: Partial<Record<string, LucideIconData>> = {
  analysis_started: LucidePlay.icon,
  analysis_cancelled: LucideX.icon,
  graph_reset: LucideCircleSlash.icon,
};

/** The mark of a kind of fact. Drawn, since fonts lack some of the signs. */
@Component({
  selector: 'gt-mark',
  imports: [LucideDynamicIcon],
  template: `<svg [lucideIcon]="icon()" [size]="size()" [strokeWidth]="2.25" aria-hidden="true"></svg>`,
  host: { '[attr.data-kind]': 'kind()' },
  styles: `
    :host {
      display: inline-grid;
      place-items: center;
      width: 16px;
      height: 16px;
      color: var(--tone);
    }
  `,
})
export class Mark {
  readonly kind = input.required<FactKind>();
  readonly type = input<EventType>();
  readonly size = input(14);
  protected readonly icon = computed(() => TYPE_ICONS[this.type() ?? ''] ?? ICONS[this.kind()]);
}

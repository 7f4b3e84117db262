import { Component, computed, inject } from '@angular/core';
import { isOffset } from '@graphtail/facts';
import { LucideHistory, LucideX } from '@lucide/angular';
import { seqText } from '../live/connection.ts';
import { Live } from '../live/live.ts';
import { Selection } from './selection.ts';

/** Whether the page shows the newest state, at the log's head, or a past one. From the past, it leads back. */
@Component({
  selector: 'gt-at-chip',
  imports: [LucideHistory, LucideX],
  template: `
    @if (selection.at(); as at) {
      <button type="button" [title]="'This page shows the state after ' + at + '. Go live: show the newest'" (click)="goLive()">
        <svg lucideHistory [size]="14"></svg>
        <span
          >Past <code>{{ place() }}</code></span
        >
        <svg lucideX [size]="12" aria-hidden="true"></svg>
        <span class="unseen">Go live</span>
      </button>
    } @else if (live.head(); as head) {
      <span class="soft" [title]="'This page shows the newest state. Head of the log: ' + head"
        >head <code>{{ place() }}</code></span
      >
    }
  `,
  styles: `
    button {
      display: inline-flex;
      gap: 6px;
      align-items: center;
      height: 24px;
      padding: 0 8px;
      border: 1px solid color-mix(in oklab, var(--progress) 50%, var(--line));
      border-radius: 12px;
      background: color-mix(in oklab, var(--progress) 10%, var(--surface-1));
      font-size: var(--size-small);
      cursor: pointer;
    }
    svg {
      color: var(--progress);
    }
    @media (max-width: 640px) {
      .soft {
        display: none;
      }
    }
  `,
})
export class AtChip {
  protected readonly selection = inject(Selection);
  protected readonly live = inject(Live);
  protected readonly place = computed(() => {
    const at = this.selection.at() ?? this.live.head();
    return at === undefined || isOffset(at) ? seqText(at) : at;
  });

  protected goLive(): void {
    this.selection.set({ at: null });
  }
}

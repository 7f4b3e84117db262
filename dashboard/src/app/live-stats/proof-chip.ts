import { Component, computed, inject } from '@angular/core';
import { LucideCircleDashed, LucideShieldAlert, LucideShieldCheck } from '@lucide/angular';
import { whole } from '../format/numbers.ts';
import { absolute } from '../format/time.ts';
import { seqText } from '../live/connection.ts';
import { Live } from '../live/live.ts';

/** Whether what this page received is what the log holds, and through which fact. */
@Component({
  selector: 'gt-proof-chip',
  imports: [LucideCircleDashed, LucideShieldAlert, LucideShieldCheck],
  template: `
    <span class="proof" [attr.data-proof]="kind()" [title]="hint()">
      @switch (kind()) {
        @case ('agrees') {
          <svg lucideShieldCheck [size]="14"></svg
          ><span
            >proved<span class="through"> through {{ through() }}</span></span
          >
        }
        @case ('differs') {
          <svg lucideShieldAlert [size]="14"></svg><span>differs from the log</span>
        }
        @default {
          <svg lucideCircleDashed [size]="14"></svg><span>not proved yet</span>
        }
      }
    </span>
  `,
  styles: `
    .proof {
      display: inline-flex;
      gap: 6px;
      align-items: center;
      color: var(--text-soft);
      font-size: var(--size-small);
      white-space: nowrap;
    }
    svg {
      flex: none;
    }
    [data-proof='agrees'] svg {
      color: var(--completed);
    }
    [data-proof='differs'] {
      color: var(--deleted);
    }
    @media (max-width: 1080px) {
      .through {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
    }
  `,
})
export class ProofChip {
  readonly #proof = inject(Live).proof;
  protected readonly through = computed(() => seqText(this.#proof()?.through));
  protected readonly kind = computed(() => {
    const proof = this.#proof();
    if (proof === undefined) return 'none';
    return proof.agrees ? 'agrees' : 'differs';
  });
  protected readonly hint = computed(() => {
    const proof = this.#proof();
    if (proof === undefined) return 'This page compares what it receives with the log, in the background. Nothing was compared yet';
    const range = `${whole(proof.count)} facts after ${proof.from} through ${proof.through}`;
    const compared = `Compared ${absolute(proof.at)}`;
    if (proof.agrees) return `This page received exactly what the log has, by count and digest: ${range}. ${compared}`;
    return `This page received ${range}; the log differs. ${compared}`;
  });
}

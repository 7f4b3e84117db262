import { Component, computed, input } from '@angular/core';

const WIDTH = 120;
const HEIGHT = 32;

/** A line of a figure's recent values. It is decoration, so it is hidden from screen readers. */
@Component({
  selector: 'gt-sparkline',
  template: `
    <svg [attr.viewBox]="viewBox" preserveAspectRatio="none" aria-hidden="true">
      <path class="area" [attr.d]="area()" />
      <path class="line" [attr.d]="line()" vector-effect="non-scaling-stroke" />
    </svg>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
      color: var(--accent);
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
      overflow: visible;
    }
    .line {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.25;
      stroke-linejoin: round;
    }
    .area {
      fill: currentColor;
      opacity: 0.12;
    }
  `,
})
export class Sparkline {
  readonly values = input.required<readonly number[]>();
  protected readonly viewBox = `0 0 ${String(WIDTH)} ${String(HEIGHT)}`;

  protected readonly line = computed(() => {
    const values = this.values();
    if (values.length < 2) return '';
    const top = Math.max(1, ...values);
    const step = WIDTH / (values.length - 1);
    return values
      .map(
        (value, index) =>
          `${index === 0 ? 'M' : 'L'}${(index * step).toFixed(1)} ${(HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1)}`,
      )
      .join('');
  });

  protected readonly area = computed(() =>
    this.line() === '' ? '' : `${this.line()}L${String(WIDTH)} ${String(HEIGHT)}L0 ${String(HEIGHT)}Z`,
  );
}

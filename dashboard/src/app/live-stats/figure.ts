import { Component, input } from '@angular/core';

/** A figure: the number, with its unit and meaning beside it and its history behind it. An unknown number is a skeleton. */
@Component({
  selector: 'gt-figure',
  template: `
    <p class="label">{{ label() }}</p>
    <p class="figure" [title]="hint()">
      @if (loading()) {
        <span class="skeleton"></span>
      } @else {
        <span class="value">{{ value() }}</span>
        @if (unit(); as unit) {
          <span class="unit">{{ unit }}</span>
        }
      }
    </p>
    <div class="beside"><ng-content /></div>
  `,
  styleUrl: './figure.css',
})
export class Figure {
  readonly label = input.required<string>();
  readonly value = input.required<string>();
  readonly unit = input('');
  readonly hint = input('');
  readonly loading = input(false);
}

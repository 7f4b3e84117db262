import { Component, computed, inject } from '@angular/core';
import { wordsForAnalysis } from '../live/analysis.ts';
import { announcementFor } from '../live/connection.ts';
import { Live } from '../live/live.ts';
import { wordsForChange } from '../live/log-change.ts';

/**
 * What a screen reader says: the state of the connection, the end of an analysis, and that received facts were dropped or differ from the
 * log, but not every fact. Two ends with the same text are two paragraphs; otherwise the second would not be read.
 */
@Component({
  selector: 'gt-announcer',
  template: `
    <p class="unseen" role="status">{{ connection() }}</p>
    <div class="unseen" role="status">
      @for (end of ends(); track end.analysis.id) {
        <p>{{ words(end.analysis) }}</p>
      }
    </div>
    <p class="unseen" role="status">{{ change() }}</p>
    <p class="unseen" role="alert">{{ differs() }}</p>
  `,
})
export class Announcer {
  readonly #live = inject(Live);
  protected readonly words = wordsForAnalysis;
  protected readonly connection = computed(() => announcementFor(this.#live.standing()));
  protected readonly ends = computed(() => {
    const ended = this.#live.ended();
    return ended === undefined ? [] : [ended];
  });
  protected readonly change = computed(() => {
    const change = this.#live.logChange();
    return change === undefined ? '' : wordsForChange(change);
  });
  protected readonly differs = computed(() => (this.#live.proof()?.agrees === false ? 'What this page received differs from the log' : ''));
}

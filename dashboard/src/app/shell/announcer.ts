import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { whole } from '../format/numbers.ts';
import { announcementFor } from '../live/connection.ts';
import { Live } from '../live/live.ts';

/** What a screen reader hears: the connection's state and the end of an analysis; not every fact. */
@Component({
  selector: 'gt-announcer',
  template: `
    <p class="unseen" role="status">{{ connection() }}</p>
    <p class="unseen" role="status">{{ analysis() }}</p>
  `,
})
export class Announcer {
  readonly #live = inject(Live);
  protected readonly connection = computed(() => announcementFor(this.#live.connection()));
  protected readonly analysis = signal('');
  #opened = false;
  /** The analysis whose end is no news: it was told, or had ended before the page was live for the first time. */
  #told: string | undefined;

  constructor() {
    effect(() => {
      const analysis = this.#live.analysis();
      const ended = analysis !== undefined && analysis.outcome !== 'running';
      if (!this.#opened) {
        if (ended) this.#told = analysis.id;
        this.#opened = this.#live.connection().kind === 'live';
        return;
      }
      // A short one may start and end between two frames: it need not have been seen running.
      if (!ended || analysis.id === this.#told) return;
      this.#told = analysis.id;
      const changes = analysis.changes === undefined ? '' : `, ${whole(analysis.changes)} changes`;
      untracked(() => this.analysis.set(`Analysis ${analysis.outcome}${changes}`));
    });
  }
}

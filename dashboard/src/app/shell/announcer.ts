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
  #running: string | undefined;

  constructor() {
    effect(() => {
      const analysis = this.#live.analysis();
      // Only an end that was seen coming: what ended before the page was opened is no news.
      if (analysis?.outcome === 'running') this.#running = analysis.id;
      else if (analysis !== undefined && analysis.id === this.#running) {
        this.#running = undefined;
        const changes = analysis.changes === undefined ? '' : `, ${whole(analysis.changes)} changes`;
        untracked(() => this.analysis.set(`Analysis ${analysis.outcome}${changes}`));
      }
    });
  }
}

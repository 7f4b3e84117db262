import { Component, computed, inject } from '@angular/core';
import { whole } from '../format/numbers.ts';
import { wordsFor } from '../live/connection.ts';
import { Live } from '../live/live.ts';

/** The state of the subscription in words. The dot pulses while facts can arrive. */
@Component({
  selector: 'gt-connection-chip',
  template: `
    <span class="chip" [attr.data-kind]="kind()" [title]="title()">
      <span class="dot" aria-hidden="true"></span>
      <span>{{ words() }}</span>
    </span>
  `,
  styleUrl: './connection-chip.css',
})
export class ConnectionChip {
  readonly #live = inject(Live);
  protected readonly kind = computed(() => this.#live.standing().kind);
  protected readonly words = computed(() => wordsFor(this.#live.standing()));
  protected readonly title = computed(() => {
    const connection = this.#live.standing();
    const cursor = this.#live.cursor();
    const at = cursor === undefined ? '' : ` Cursor ${cursor}, head ${this.#live.head() ?? cursor}.`;
    switch (connection.kind) {
      case 'connecting':
        return 'Connecting to the stream of facts.';
      case 'replaying':
        return `Reading facts that were appended before.${at}`;
      case 'live':
        return `Every fact arrives as it is appended.${at}`;
      case 'stalled':
        return `Redis does not answer, so no fact can be appended or delivered. Nothing is lost: it goes on when Redis is back.${at}`;
      case 'behind':
        return `${whole(connection.facts)} facts are on their way.${at}`;
      case 'offline':
        return `No connection. The received facts are kept, and the stream continues at its cursor.${at}`;
      case 'refused':
        return connection.message;
    }
  });
}

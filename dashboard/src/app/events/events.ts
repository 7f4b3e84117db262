import { Component } from '@angular/core';
import { EventLog } from '../event-log/event-log.ts';

/** The facts of the log: as they come, and as far back as the log reaches. */
@Component({
  selector: 'gt-events',
  imports: [EventLog],
  template: `<gt-event-log />`,
  styles: `
    gt-event-log {
      height: calc(100dvh - 56px - 24px);
      min-height: 320px;
    }
    @media (max-width: 640px) {
      gt-event-log {
        height: calc(100dvh - 56px - var(--rail) - 16px);
      }
    }
  `,
})
export class Events {}

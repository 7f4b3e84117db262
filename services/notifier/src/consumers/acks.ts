import { epochOf, seqOf, type Offset } from '@graphtail/facts';
import type { Acknowledged } from '@graphtail/log';
import type { Clock } from '../subscription/clock.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { untilAnswered } from '../subscription/until-answered.ts';
import { badRequest } from '../wire/refused.ts';

const MAX_EPOCHS = 16;

export type AcksOptions = {
  readonly subscription: Subscription;
  readonly clock: Clock;
  readonly acknowledge: (cursor: Offset, wasSent: boolean) => Promise<Acknowledged>;
  /** Called when the session no longer holds the consumer's name, so nothing was acknowledged. */
  readonly onReplaced: () => void;
};

/**
 * Sends a session's acknowledgements to the log, one at a time. Of those that wait, only the furthest cursor of each epoch is kept,
 * so a client may acknowledge every fact. While Redis is away, the acknowledgement is retried.
 */
export class Acks {
  readonly #options: AcksOptions;
  readonly #waiting = new Map<number, { readonly cursor: Offset; readonly wasSent: boolean }>();
  #isSending = false;

  constructor(options: AcksOptions) {
    this.#options = options;
  }

  add(cursor: Offset): void {
    const { subscription } = this.#options;
    const epoch = epochOf(cursor);
    const waiting = this.#waiting.get(epoch);
    if (waiting !== undefined && seqOf(waiting.cursor) >= seqOf(cursor)) return;
    if (waiting === undefined && this.#waiting.size >= MAX_EPOCHS) throw badRequest('cursor', 'too many epochs are acknowledged at once');
    this.#waiting.set(epoch, { cursor, wasSent: subscription.hasBeenSent(cursor) });
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    const { subscription, clock, acknowledge, onReplaced } = this.#options;
    this.#isSending = true;
    try {
      for (;;) {
        const next = this.#waiting.entries().next();
        if (next.done === true) break;
        const [epoch, { cursor, wasSent }] = next.value;
        this.#waiting.delete(epoch);
        const { kind } = await untilAnswered(
          clock,
          () => subscription.isClosed,
          () => acknowledge(cursor, wasSent),
        );
        if (kind !== 'acknowledged') return onReplaced();
      }
    } catch (error) {
      subscription.fail(error);
    } finally {
      this.#isSending = false;
    }
  }
}

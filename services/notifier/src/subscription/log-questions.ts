import type { Offset } from '@graphtail/facts';
import { CursorRefused } from '@graphtail/log';
import type { Source } from '../feed/source.ts';
import type { StoredBatch } from '../feed/stored-batch.ts';
import { badRequest } from '../wire/refused.ts';
import type { Clock } from './clock.ts';
import type { Outbox } from './outbox.ts';
import { untilAnswered } from './until-answered.ts';

/**
 * Takes the answers. Each is about the subscription's place at the moment of the call: a turn later, the subscription may be at another.
 */
export type Answers = {
  /** The batches right after `scanned`; none if that was the head. */
  page(batches: readonly StoredBatch[]): void;
  /** There is no page: the subscription has gone back meanwhile. */
  placeChanged(): void;
  /** The log holds the subscription's place. */
  holds(): void;
  /** `to` can still be reached: the subscription has gone back to what the subscriber was told. */
  endIsAhead(): void;
  /** There is no answer, or the log refuses the place. */
  failed(error: unknown): void;
};

export type LogQuestionsOptions = {
  readonly source: Source;
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** Whether the subscription has ended. */
  readonly isOver: () => boolean;
  readonly answers: Answers;
};

/** What a subscription asks the log. While Redis is away, a question is asked again. */
export class LogQuestions {
  readonly #options: LogQuestionsOptions;

  constructor(options: LogQuestionsOptions) {
    this.#options = options;
  }

  /** What comes after `scanned`. */
  async readPage(): Promise<void> {
    const { source, outbox, answers } = this.#options;
    const { scanned } = outbox;
    try {
      const batches = await this.#ask(() => source.page(scanned));
      if (outbox.scanned === scanned) answers.page(batches);
      else answers.placeChanged();
    } catch (error) {
      if (!(error instanceof CursorRefused) || this.#hasNoWayBackFrom(scanned)) answers.failed(error);
      else answers.placeChanged();
    }
  }

  /** Whether the log still holds the subscription's place. */
  judge(): Promise<void> {
    return this.#judge(() => this.#options.answers.holds());
  }

  /** Why the subscription must end, if it was sent facts past the seq of `to` in another epoch: its place does not hold, or `to` does not. */
  judgeEnd(to: Offset): Promise<void> {
    const { source, outbox, answers } = this.#options;
    const { scanned } = outbox;
    return this.#judge(async () => {
      const verdict = await this.#ask(() => source.judge(to));
      if (!verdict.ok) answers.failed(new CursorRefused(verdict.refusal));
      else if (outbox.scanned === scanned) answers.failed(badRequest('to', 'the log went on another way'));
      else answers.endIsAhead();
    });
  }

  /** Asks until the log holds the place, which may go back meanwhile. */
  async #judge(onHolds: () => void | Promise<void>): Promise<void> {
    const { source, outbox, answers, isOver } = this.#options;
    try {
      while (!isOver()) {
        const { scanned } = outbox;
        const verdict = await this.#ask(() => source.judge(scanned));
        if (verdict.ok) return await onHolds();
        if (this.#hasNoWayBackFrom(scanned)) return answers.failed(new CursorRefused(verdict.refusal));
      }
    } catch (error) {
      answers.failed(error);
    }
  }

  /**
   * Whether the log's refusal of a place leaves no earlier place to try. False if `scanned` has left that place, or now goes back to
   * the cursor: what the subscriber was told may still hold.
   */
  #hasNoWayBackFrom(refused: Offset): boolean {
    const { outbox } = this.#options;
    return outbox.scanned === refused && !outbox.goBack();
  }

  #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    return untilAnswered(this.#options.clock, this.#options.isOver, question);
  }
}

import type { CursorCode, Offset } from '@graphtail/facts';

/** Why a cursor can't be resumed, and what helps. */
export type Refusal = {
  readonly code: CursorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly earliest: Offset;
  readonly head: Offset;
  readonly floor: Offset;
  /** LOG_TRUNCATED: the last offset that the cursor's timeline and the log share. */
  readonly divergedAt?: Offset;
  /** The cursor from which the log can be read again. */
  readonly resumeAt?: Offset;
};

/** The cursor is not a place in this log any more: start again where `refusal` says. */
export class CursorRefused extends Error {
  override readonly name = 'CursorRefused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** The head is not where the producer thought: fold what is new, diff again, append again. */
export class ProducerConflict extends Error {
  override readonly name = 'ProducerConflict';
}

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

/** The graph was removed: there is no log of that name until it is added again. */
export class GraphRemoved extends Error {
  override readonly name = 'GraphRemoved';
}

/** An error of a function of the log as what it means. */
export function asMeant(error: unknown): unknown {
  if (error instanceof Error && error.message.startsWith('UNKNOWNGRAPH'))
    return new GraphRemoved('this graph was removed', { cause: error });
  return error;
}

/** The master has the append, too few replicas said in time that they have it: it is not acknowledged, and may be lost in a failover. */
export class NotReplicated extends Error {
  override readonly name = 'NotReplicated';

  constructor(confirmed: number, wanted: number) {
    super(`${String(confirmed)} of ${String(wanted)} replicas have the append`);
  }
}

/** The head is not where the producer thought: fold what is new, diff again, append again. */
export class ProducerConflict extends Error {
  override readonly name = 'ProducerConflict';
}

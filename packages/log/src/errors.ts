import type { CursorCode, Offset } from '@graphtail/facts';

/** Why the log can't resume at a cursor, and what the caller can do. */
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

/** The cursor is no longer a place in this log. The caller starts again where `refusal` says. */
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

/** Returns the typed error for an error that a function of the log returned, or that error itself if it has none. */
export function asMeant(error: unknown): unknown {
  if (error instanceof Error && error.message.startsWith('UNKNOWNGRAPH'))
    return new GraphRemoved('this graph was removed', { cause: error });
  return error;
}

/** The master has the append, but too few replicas confirmed it in time. The append is not acknowledged, and a failover may lose it. */
export class NotReplicated extends Error {
  override readonly name = 'NotReplicated';

  constructor(confirmed: number, wanted: number) {
    super(`${String(confirmed)} of ${String(wanted)} replicas have the append`);
  }
}

/** The head is not where the producer expected it. The caller folds what is new, computes the difference again and appends again. */
export class ProducerConflict extends Error {
  override readonly name = 'ProducerConflict';
}

import { CODES, type Code, type ErrorFrame, type Offset } from '@graphtail/facts';
import { CursorRefused, GraphRemoved, LogDamaged, isRedisAway, type Refusal } from '@graphtail/log';
import { Problem } from '@graphtail/runtime';

/** Why a subscription is not opened, or ends. The frame tells the subscriber the reason, and what helps. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly frame: ErrorFrame;

  constructor(frame: ErrorFrame) {
    super(frame.message);
    this.frame = frame;
  }
}

export function refuse(code: Code, message: string, retryable = false): Refused {
  return new Refused({ type: 'error', code, message, retryable });
}

/** A parameter or an action that is not valid; the message begins with its name. */
export function badRequest(field: string, message: string): Refused {
  return refuse('BAD_REQUEST', `${field}: ${message}`);
}

/** Turns the log's refusal of a cursor into a frame. */
export function refusedCursor({ code, message, retryable, earliest, head, divergedAt, resumeAt }: Refusal): Refused {
  const helps: { diverged_at?: Offset; resume_at?: Offset } = {};
  if (divergedAt !== undefined) helps.diverged_at = divergedAt;
  if (resumeAt !== undefined) helps.resume_at = resumeAt;
  return new Refused({ type: 'error', code, message, retryable, earliest, head, ...helps });
}

/** What a subscriber is told about an error. A bug reveals no internals. If Redis is away, the error is retryable. */
export function toRefused(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof CursorRefused) return refusedCursor(error.refusal);
  if (error instanceof Problem) return refuse(CODES.find((code) => code === error.code) ?? 'INTERNAL', error.message, error.status === 429);
  if (error instanceof LogDamaged)
    return new Refused({ type: 'error', code: 'LOG_DAMAGED', message: error.message, retryable: false, resume_at: error.damage.through });
  if (error instanceof GraphRemoved) return refuse('UNKNOWN_GRAPH', error.message);
  if (isRedisAway(error)) return refuse('UNAVAILABLE', 'the log does not answer at the moment', true);
  return refuse('INTERNAL', 'an unexpected error happened', true);
}

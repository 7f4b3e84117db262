import type { Code } from '@graphtail/facts';
import { CursorRefused, GraphRemoved, LogDamaged, isRedisAway, type Refusal } from '@graphtail/log';
import { Problem } from './problem.ts';

/** The problem to answer for an error of the log; undefined for any other error. A subscription's error frames are made of it too. */
export function problemOfLog(error: unknown): Problem | undefined {
  if (error instanceof CursorRefused) return cursorProblem(error.refusal);
  if (error instanceof LogDamaged) return damageProblem(error.message, error.damage.through);
  if (error instanceof GraphRemoved) return new Problem(404, 'UNKNOWN_GRAPH' satisfies Code, error.message);
  if (isRedisAway(error)) return unavailable('Redis does not answer at the moment; try again.');
  return undefined;
}

/**
 * Returns a 409 that says where the log starts and ends, and where the client can resume.
 * @param field the parameter that holds the cursor, if the request has several
 */
export function cursorProblem({ code, message, retryable, earliest, head, divergedAt, resumeAt }: Refusal, field?: string): Problem {
  return new Problem(409, code, field === undefined ? message : `${field}: ${message}`, {
    retryable,
    earliest,
    head,
    ...(divergedAt !== undefined && { diverged_at: divergedAt }),
    ...(resumeAt !== undefined && { resume_at: resumeAt }),
  });
}

/** Returns a 410: facts that the log held can no longer be read. @param resumeAt the cursor after them */
function damageProblem(message: string, resumeAt: string): Problem {
  return new Problem(410, 'LOG_DAMAGED', message, { retryable: false, resume_at: resumeAt });
}

/** The client can retry in a moment. */
export function unavailable(detail: string): Problem {
  return new Problem(503, 'UNAVAILABLE', detail, { retryable: true, retry_after_seconds: 1 });
}

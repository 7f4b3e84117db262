import { Problem, problemOfLog } from '@graphtail/runtime';
import { StateGone } from '../past/start.ts';
import { OverBudget } from '../queries/budget.ts';
import { NotFound } from '../queries/not-found.ts';
import type { Narrow } from './route.ts';

/** The problem to answer for an error of a query or the log; undefined if the error is a bug. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof NotFound) return new Problem(404, 'NOT_FOUND', error.message, error.near.length === 0 ? {} : { near: error.near });
  if (error instanceof OverBudget) return tooExpensive('the question looks at more of the graph than one answer may');
  if (error instanceof StateGone) return new Problem(409, 'CURSOR_TOO_OLD', `at: ${error.message}`, { field: 'at', retryable: false });
  return problemOfLog(error);
}

/** The client can't retry the same query: it has to ask for less. */
export function tooExpensive(detail: string, narrow?: Narrow): Problem {
  if (narrow === undefined) return new Problem(503, 'TOO_EXPENSIVE', `${detail}.`, { retryable: false });
  return new Problem(503, 'TOO_EXPENSIVE', `${narrow.field}: ${detail}; ${narrow.hint}.`, { field: narrow.field, retryable: false });
}

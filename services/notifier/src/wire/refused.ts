import { CODES, type Code, type ErrorFrame, type Offset } from '@graphtail/facts';
import { PROBLEM_CODES, Problem, problemOfLog, type ProblemCode } from '@graphtail/runtime';

const TOO_MANY = 429;
const INTERNAL = 500;

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

/** Fields of a problem that help a subscriber too. */
const HELPS = ['earliest', 'head', 'diverged_at', 'resume_at'] as const;

/** What a subscriber is told about an error, which is what a request over HTTP would be told. A bug reveals no internals. */
export function toRefused(error: unknown): Refused {
  if (error instanceof Refused) return error;
  const problem = error instanceof Problem ? error : problemOfLog(error);
  const code = CODES.find((each) => each === problem?.code);
  if (problem === undefined || code === undefined) return refuse('INTERNAL', 'an unexpected error happened', true);
  const { extra, status, message } = problem;
  const helps = Object.fromEntries(HELPS.flatMap((name) => (extra[name] === undefined ? [] : [[name, extra[name] as Offset]])));
  return new Refused({ type: 'error', code, message, retryable: extra['retryable'] === true || status === TOO_MANY, ...helps });
}

/** What a request over HTTP is told about a refusal. */
export function problemOf({ frame: { code, message } }: Refused): Problem {
  const field = /^([A-Za-z_-]+): /.exec(message)?.[1];
  const status = isProblemCode(code) ? PROBLEM_CODES[code][0] : INTERNAL;
  return new Problem(status, code, message, code === 'BAD_REQUEST' && field !== undefined ? { field } : {});
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEM_CODES, code);
}

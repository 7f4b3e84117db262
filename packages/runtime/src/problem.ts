import { STATUS_CODES } from 'node:http';

export type ProblemBody = { type: string; title: string; status: number; detail: string; code: string } & Record<string, unknown>;

/** An error that a caller is told about, as RFC 9457 problem+json. Anything else thrown in a handler is a bug and answers 500. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;

  /**
   * @param code stable and documented, e.g. `NOT_FOUND`
   * @param extra further members of the body, in snake_case, e.g. `{ field: 'limit' }`
   */
  constructor(status: number, code: string, detail: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }

  body(): ProblemBody {
    return {
      ...this.extra,
      type: `urn:graphtail:problem:${this.code.toLowerCase()}`,
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      code: this.code,
    };
  }
}

/** A refused cursor as the log's judgement gives it (the shape of @graphtail/log's `Refusal`). */
export type RefusedCursor = {
  code: string;
  message: string;
  retryable: boolean;
  earliest: string;
  head: string;
  divergedAt?: string | undefined;
  resumeAt?: string | undefined;
};

/** 409 with what helps: where the log starts and ends, and where to resume. */
export function cursorProblem(refusal: RefusedCursor): Problem {
  const { code, message, retryable, earliest, head, divergedAt, resumeAt } = refusal;
  return new Problem(409, code, message, {
    retryable,
    earliest,
    head,
    ...(divergedAt !== undefined && { diverged_at: divergedAt }),
    ...(resumeAt !== undefined && { resume_at: resumeAt }),
  });
}

/** The `status` of errors that Express and its body parser throw for what a client sent. */
function clientStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status >= 400 && error.status < 500 ? error.status : undefined;
}

/** The problem to answer with. A bug answers 500 `INTERNAL` and tells the caller nothing of its insides. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = clientStatus(error);
  if (status === undefined) return new Problem(500, 'INTERNAL', 'An unexpected error happened; the log has its details.');
  const malformed = 'type' in (error as Error) && (error as { type?: unknown }).type === 'entity.parse.failed';
  return new Problem(status, 'BAD_REQUEST', malformed ? 'The request body is not valid JSON.' : (error as Error).message);
}

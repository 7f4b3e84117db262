import { STATUS_CODES } from 'node:http';

/** Limits of a problem's size, whatever a client sent. Texts and lists are cut. A body that is still too large loses its extra members. */
const MAX_TEXT = 512;
const MAX_ITEMS = 10;
const MAX_BYTES = 8 * 1024;

export type ProblemBody = { type: string; title: string; status: number; detail: string; code: string } & Record<string, unknown>;

/** An error that the caller receives as RFC 9457 problem+json. Any other error that a handler throws is a bug and is answered with 500. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param code stable and documented, e.g. `NOT_FOUND`
   * @param extra further members of the body, in snake_case, e.g. `{ field: 'limit' }`
   * @param headers headers that belong to the status, e.g. `Allow` with 405
   */
  constructor(
    status: number,
    code: string,
    detail: string,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.extra = extra;
    this.headers = headers;
  }

  body(): ProblemBody {
    const told = {
      type: `urn:graphtail:problem:${this.code.toLowerCase()}`,
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: cut(this.message),
      code: this.code,
    };
    const whole = { ...(bounded(this.extra) as Record<string, unknown>), ...told };
    return Buffer.byteLength(JSON.stringify(whole)) <= MAX_BYTES ? whole : told;
  }
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

function bounded(value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(bounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, bounded(member)]));
}

/** The problems for the errors of Express's body reader, by the error's `type`. */
const BODY_ERRORS: Readonly<Record<string, (error: Error) => Problem>> = {
  'entity.parse.failed': () => new Problem(400, 'BAD_REQUEST', 'body: is not valid JSON', { field: 'body' }),
  'entity.too.large': (error) => payloadTooLarge((error as Error & { limit: number }).limit),
  'encoding.unsupported': (error) => unsupportedMediaType(error.message),
  'charset.unsupported': (error) => unsupportedMediaType(error.message),
};

export function payloadTooLarge(limit: number): Problem {
  return new Problem(413, 'PAYLOAD_TOO_LARGE', `The body of this request is at most ${String(limit)} bytes.`, { limit });
}

export function unsupportedMediaType(what: string): Problem {
  const expected = 'application/json';
  return new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', `${what}; this address takes ${expected}.`, { expected }, { Accept: expected });
}

/** Returns the problem for an error. A bug becomes 500 `INTERNAL`, which shows the caller no internals. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Express's errors about a client's input have their own status.
  const { type = '', status = 500 } = (error instanceof Error ? error : {}) as { type?: string; status?: number };
  if (error instanceof Error && BODY_ERRORS[type] !== undefined) return BODY_ERRORS[type](error);
  if (error instanceof Error && status >= 400 && status < 500) return new Problem(400, 'BAD_REQUEST', error.message);
  return new Problem(500, 'INTERNAL', 'An unexpected error happened; the log has its details.');
}

import { isOffset, type Offset } from '@graphtail/facts';

/** Offsets from which a client can go on after a cursor was refused. */
export type Cursors = { readonly earliest?: Offset; readonly head?: Offset; readonly diverged_at?: Offset; readonly resume_at?: Offset };

/** Thrown if a request gets no usable answer: the server answered with an RFC 9457 problem, or did not answer (status 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 if the server could not be reached. */
  readonly status: number;
  /** The problem's stable code; undefined if the answer did not come from Graphtail. */
  readonly code: string | undefined;
  /** The name of the input field that was refused. */
  readonly field: string | undefined;
  readonly cursors: Cursors;
  readonly retryAfterMs: number | undefined;

  constructor(
    status: number,
    message: string,
    details: {
      code?: string | undefined;
      field?: string | undefined;
      cursors?: Cursors;
      retryAfterMs?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.status = status;
    this.code = details.code;
    this.field = details.field;
    this.cursors = details.cursors ?? {};
    this.retryAfterMs = details.retryAfterMs;
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === 'CURSOR_IN_FUTURE';
  }
}

/** Makes an error from an answer whose status is not ok. */
export async function apiErrorOf(response: Response): Promise<ApiError> {
  const problem = await problemOf(response);
  const text = (key: string): string | undefined => (typeof problem[key] === 'string' ? problem[key] : undefined);
  const cursors: Record<string, Offset> = {};
  for (const key of ['earliest', 'head', 'diverged_at', 'resume_at'] as const) {
    const value = text(key);
    if (value !== undefined && isOffset(value)) cursors[key] = value;
  }
  return new ApiError(response.status, text('detail') ?? text('title') ?? `HTTP ${String(response.status)}`, {
    code: text('code'),
    field: text('field'),
    cursors,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after')) ?? inSeconds(problem['retry_after_seconds']),
  });
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  try {
    const value: unknown = await response.json();
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // not a problem document: a proxy's page, or nothing
  }
}

function inSeconds(value: unknown): number | undefined {
  return typeof value === 'number' ? value * 1000 : undefined;
}

/** Reads a `Retry-After` header: seconds or a date (RFC 9110, 10.2.3). Returns milliseconds from now. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Why a subscription or a query was refused. Stable; documented in docs/PROTOCOL.md. */
export const CODES = [
  'CURSOR_TOO_OLD',
  'LOG_TRUNCATED',
  'CURSOR_IN_FUTURE',
  'STREAM_REPLACED',
  'LOG_DAMAGED',
  'CONSUMER_TOO_SLOW',
  'CONSUMER_REPLACED',
  'BAD_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'UNKNOWN_GRAPH',
  'NOT_FOUND',
  'NOT_CAUGHT_UP',
  'UNAVAILABLE',
  'INTERNAL',
] as const;
export type Code = (typeof CODES)[number];

export const CURSOR_CODES = ['CURSOR_TOO_OLD', 'LOG_TRUNCATED', 'CURSOR_IN_FUTURE', 'STREAM_REPLACED'] as const;
export type CursorCode = (typeof CURSOR_CODES)[number];

/** So long, in ms, CURSOR_IN_FUTURE may come from an isolated old master (docs/PROTOCOL.md, C4). After that the log was replaced. */
export const IN_FUTURE_PATIENCE_MS = 60_000;

/** The WebSocket close code that goes with an error frame. */
export const CLOSE_CODES: Readonly<Record<Code, number>> = {
  BAD_REQUEST: 4400,
  UNAUTHORIZED: 4401,
  FORBIDDEN: 4403,
  UNKNOWN_GRAPH: 4404,
  NOT_FOUND: 4404,
  CONSUMER_TOO_SLOW: 4408,
  CURSOR_TOO_OLD: 4409,
  LOG_TRUNCATED: 4409,
  CURSOR_IN_FUTURE: 4409,
  STREAM_REPLACED: 4409,
  CONSUMER_REPLACED: 4409,
  LOG_DAMAGED: 4410,
  RATE_LIMITED: 4429,
  NOT_CAUGHT_UP: 1013,
  UNAVAILABLE: 1013,
  INTERNAL: 1011,
};

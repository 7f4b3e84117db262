/** Every code that an answer can have, its status, and what it means. Codes are stable: docs/API.md lists them. */
export const PROBLEM_CODES = {
  BAD_REQUEST: [400, 'A parameter, a key of the body or the body itself does not fit; `field` names it.'],
  UNAUTHORIZED: [401, 'A token is needed, or the one given is not valid (any more).'],
  FORBIDDEN: [403, "The token's role or graphs do not suffice, the Host is not a known one, or another site's page asked."],
  NOT_FOUND: [404, 'Nothing is at this address, or no node, file, fact or consumer has this name.'],
  UNKNOWN_GRAPH: [404, 'No graph has this name.'],
  METHOD_NOT_ALLOWED: [405, 'The address is known, its method is another; the header Allow lists them.'],
  CURSOR_TOO_OLD: [409, 'The cursor is below the floor: retention dropped the facts after it, or its state can no longer be rebuilt.'],
  LOG_TRUNCATED: [409, 'The cursor is past the end of its closed epoch: Redis lost facts. `diverged_at` is that end.'],
  CURSOR_IN_FUTURE: [409, 'The cursor is past the head. Retry: the answer may come from a master that was replaced.'],
  STREAM_REPLACED: [409, "The cursor's epoch is none of this log's: the log was replaced."],
  LOG_DAMAGED: [410, "Facts that the log held can't be read any more; resume_at is behind them."],
  CONSUMER_REPLACED: [409, 'Another session has the name of this consumer since.'],
  GRAPH_NAME_TAKEN: [409, 'The name is that of another folder.'],
  PAYLOAD_TOO_LARGE: [413, 'The body is larger than this address takes.'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body has another type than the one that the header Accept of this answer names.'],
  RATE_LIMITED: [429, 'Too many requests, or too many analyses wait; `Retry-After` says when to come back.'],
  INTERNAL: [500, 'A bug; the log of the service has its details under the `X-Request-Id`.'],
  NOT_CAUGHT_UP: [503, 'The state does not hold this offset within 5 s, or there is no state yet; retry.'],
  TOO_EXPENSIVE: [503, 'The question costs more than its budget; the detail says what to narrow.'],
  UNAVAILABLE: [503, 'A service or Redis does not answer just now; retry.'],
} as const satisfies Readonly<Record<string, readonly [status: number, meaning: string]>>;

export type ProblemCode = keyof typeof PROBLEM_CODES;

/** Every code that an answer can have, its status, and what it means. Codes are stable: docs/API.md lists them. */
export const PROBLEM_CODES = {
  BAD_REQUEST: [400, 'A parameter, a key of the body or the body itself is invalid; `field` names it.'],
  UNAUTHORIZED: [401, 'A token is needed, or the given one is invalid or expired.'],
  FORBIDDEN: [403, "The token's role or graphs are not enough, `Host` is not a configured name, or a page of another origin asked."],
  NOT_FOUND: [404, 'There is no such address, node, file, fact or consumer.'],
  UNKNOWN_GRAPH: [404, 'There is no graph of this name.'],
  METHOD_NOT_ALLOWED: [405, 'The address does not take this method; the header `Allow` lists those that it takes.'],
  CURSOR_TOO_OLD: [409, 'The cursor is below the floor: retention dropped the facts after it, or its state can no longer be rebuilt.'],
  LOG_TRUNCATED: [409, 'The cursor is past the end of its closed epoch: Redis lost facts. `diverged_at` is that end.'],
  CURSOR_IN_FUTURE: [409, 'The cursor is past the head. Retry: the answer may come from a master that was replaced.'],
  STREAM_REPLACED: [409, "The cursor's epoch is not one of this log: the log was replaced."],
  LOG_DAMAGED: [410, "Facts of the log can't be read any more; `resume_at` is the end of the damage."],
  CONSUMER_REPLACED: [409, 'Another session has taken the name of this consumer.'],
  GRAPH_NAME_TAKEN: [409, 'The name belongs to another folder.'],
  PAYLOAD_TOO_LARGE: [413, 'The body is larger than this address allows.'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body has the wrong type; the header `Accept` of this answer names the right one.'],
  RATE_LIMITED: [429, 'Too many requests, or too many analyses wait; `Retry-After` says when to retry.'],
  INTERNAL: [500, 'A bug; the log of the service has the details, with the `X-Request-Id`.'],
  NOT_CAUGHT_UP: [503, 'The state did not reach this offset within 5 s, or there is no state yet; retry.'],
  TOO_EXPENSIVE: [503, 'The query costs more than its budget; `detail` says what to narrow.'],
  UNAVAILABLE: [503, 'A service or Redis does not answer at the moment; retry.'],
} as const satisfies Readonly<Record<string, readonly [status: number, meaning: string]>>;

export type ProblemCode = keyof typeof PROBLEM_CODES;

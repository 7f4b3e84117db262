import type { Offset } from '@graphtail/facts';

/** A question that was parsed and whose cursors were judged. */
export type Job = {
  readonly graph: string;
  readonly root: string;
  /** Method and path of the route, as in its definition. */
  readonly route: string;
  /** The offset that the answer is to be true of. */
  readonly at: Offset;
  /** The newest offset that is folded: what `at` compares with. */
  readonly head: Offset;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly id: string;
  readonly accepts: 'json' | 'ndjson';
  /** When the request came, in ms since 1970. */
  readonly arrivedAt: number;
};

/** A problem on its way out of the thread. */
export type PlainProblem = {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly extra: Readonly<Record<string, unknown>>;
};

export type ToThread =
  | { readonly kind: 'ask'; readonly id: number; readonly job: Job }
  | { readonly kind: 'cancel'; readonly id: number }
  /** The chunk that was sent longest ago has been taken. */
  | { readonly kind: 'more'; readonly id: number };

export type FromThread =
  /** The answer is computed; its chunks follow, while the next job may begin. `tag`: of a content that its offset does not decide. */
  | { readonly kind: 'answering'; readonly id: number; readonly asOf: Offset; readonly tag: string | undefined }
  | { readonly kind: 'chunk'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'refused'; readonly id: number; readonly problem: PlainProblem }
  /** A bug; `reason` is for the log. */
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

/** Chunks under way to a client that the client has not taken. */
export const CHUNKS_AHEAD = 4;

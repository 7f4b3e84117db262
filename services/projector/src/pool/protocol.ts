import type { Offset } from '@graphtail/facts';

/** A parsed query, whose cursors were judged. */
export type Job = {
  readonly graph: string;
  readonly root: string;
  /** Method and path of the route, as in its definition. */
  readonly route: string;
  /** The offset at which the answer has to be true. */
  readonly at: Offset;
  /** The newest folded offset. Its state is the one that the state at `at` is compared with. */
  readonly head: Offset;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly id: string;
  readonly accepts: 'json' | 'ndjson';
  /** When the request arrived, in ms since 1970. */
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
  /** The answer is computed. Its chunks follow; the next job may begin meanwhile. `tag`: the ETag, if it is a hash of the answer. */
  | { readonly kind: 'answering'; readonly id: number; readonly asOf: Offset; readonly tag: string | undefined }
  | { readonly kind: 'chunk'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'refused'; readonly id: number; readonly problem: PlainProblem }
  /** A bug; `reason` is for the log. */
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

/** Chunks that the thread may send before the client has read them. */
export const CHUNKS_AHEAD = 4;

import type { Offset } from '@graphtail/facts';

/** What tabs say to each other on the channel of one scope. `by`: the connection that says it. `to`: the only one that it is meant for. */
export type Message =
  /** Asks the leader for every frame after a cursor. */
  | { readonly kind: 'join'; readonly by: string; readonly cursor: Offset }
  /** The answer to `join`: the frames after that cursor, up to now. Each frame from now on follows as `frame`. */
  | (Welcome & { readonly kind: 'welcome'; readonly by: string; readonly to: string })
  /** The answer to `join` if the leader no longer has, or does not yet have, what comes after that cursor. */
  | { readonly kind: 'elsewhere'; readonly by: string; readonly to: string }
  /** The answer to `join` and `probe` while the leader is there and has no subscription yet. */
  | { readonly kind: 'wait'; readonly by: string }
  /** The leader has a subscription: followers of an earlier leader join this one. */
  | { readonly kind: 'lead'; readonly by: string }
  | { readonly kind: 'frame'; readonly by: string; readonly text: string }
  /** The server closed the leader's connection, so nobody has one. */
  | { readonly kind: 'lost'; readonly by: string; readonly code: number; readonly retryAfterMs?: number | undefined }
  /** Asks whether the leader still runs. Its answer says how far it has handed on. */
  | { readonly kind: 'probe'; readonly by: string }
  | { readonly kind: 'alive'; readonly by: string; readonly cursor: Offset }
  /** Asks the leader to ask the server for a sign of life. */
  | { readonly kind: 'ping'; readonly by: string }
  | { readonly kind: 'pong'; readonly by: string; readonly to: string };

export type Welcome = {
  /** What the server said of the graph when the leader's subscription began. */
  readonly protocol: number;
  readonly graph: string;
  readonly earliest: Offset;
  readonly head: Offset;
  /** The leader's cursor: where the last of `frames` ends. */
  readonly cursor: Offset;
  readonly live: boolean;
  readonly frames: readonly string[];
};

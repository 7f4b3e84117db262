import type { World } from './world.ts';

/** What may happen after a world. */
export type Step = { readonly action: string; readonly world: World };

export const EVENTS = [
  'restart',
  'restart, last write lost',
  'restart, last two writes lost',
  'restart, cut in the last write',
  'backup',
  'restore',
  'promote',
  'demote',
  'new replication id',
  'flushall',
  'delete stream',
  'delete meta',
  'delete epochs',
  'delete stream and meta',
  'clock back',
] as const;
export type EventName = (typeof EVENTS)[number];

/** How much of the world is searched: who takes part, how often things happen. */
export type Bounds = {
  readonly producers: readonly (0 | 1)[];
  readonly batches: number;
  readonly sizes: readonly number[];
  /** Batches that a producer has under way at once. */
  readonly pipelined: number;
  readonly lostReplies: boolean;
  readonly events: readonly EventName[];
  readonly eventCount: number;
  readonly subscriber: boolean;
  readonly projector: boolean;
  readonly saves: number;
  readonly trims: number;
  /** Whether the subscriber may come back with a cursor inside a batch. */
  readonly inside: boolean;
  /** Whether a refusal by an old master, of a cursor that the true one holds, counts as wrong. */
  readonly onlyTruth: boolean;
  /** Whether cursors that no log ever gave out are judged, too. */
  readonly madeUp: boolean;
};

export const NOTHING: Bounds = {
  producers: [0],
  batches: 0,
  sizes: [1],
  pipelined: 1,
  lostReplies: false,
  events: [],
  eventCount: 0,
  subscriber: false,
  projector: false,
  saves: 0,
  trims: 0,
  inside: false,
  onlyTruth: false,
  madeUp: false,
};

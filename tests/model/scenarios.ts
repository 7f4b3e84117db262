import { EVENTS, NOTHING, type Bounds } from './scenario.ts';

/** Corners of the world, each small enough to be searched to some depth. */
export const SCENARIOS = {
  /** One producer and a subscriber; everything that can happen to servers and keys. */
  delivery: { ...NOTHING, batches: 3, sizes: [1, 2], subscriber: true, events: EVENTS, eventCount: 3 },
  /** A subscriber while the log fails over; no restarts, so that an old master knows nothing that is newer. */
  failover: {
    ...NOTHING,
    batches: 3,
    subscriber: true,
    events: ['promote', 'demote', 'new replication id'],
    eventCount: 4,
  },
  /** Two producers with lost replies and pipelined batches, on a server that nothing happens to. */
  producers: { ...NOTHING, producers: [0, 1], batches: 4, pipelined: 2, lostReplies: true },
  /** Two producers while the log fails over, restarts or is flushed. */
  incarnations: { ...NOTHING, producers: [0, 1], batches: 3, lostReplies: true, events: EVENTS, eventCount: 3 },
  /** A projector that saves and trims. */
  snapshots: {
    ...NOTHING,
    batches: 4,
    projector: true,
    saves: 3,
    trims: 1,
    events: ['promote', 'flushall', 'delete stream', 'delete meta'],
    eventCount: 2,
  },
  /** A failover that loses all, and a notifier that may still, or again, be led to the old master. */
  isolation: { ...NOTHING, batches: 1, subscriber: true, events: ['promote'], eventCount: 1, onlyTruth: true },
  /** A failover and back, with nothing appended in between. */
  backAndForth: { ...NOTHING, producers: [0, 1], batches: 2, events: ['promote', 'demote'], eventCount: 3 },
  /** An older copy takes the place of the log, and the clock is wrong. */
  restore: { ...NOTHING, batches: 1, subscriber: true, events: ['backup', 'restore', 'clock back'], eventCount: 3 },
  /** A subscriber that is sent batches fact by fact. */
  inside: { ...NOTHING, batches: 2, sizes: [2], subscriber: true, inside: true, events: ['restart'], eventCount: 1 },
  /** Trimming over a restart. */
  trimming: { ...NOTHING, batches: 3, projector: true, saves: 2, trims: 1, events: ['restart'], eventCount: 1 },
  /** Trimming while an append is retried. */
  retrying: { ...NOTHING, producers: [0, 1], batches: 2, lostReplies: true, projector: true, saves: 2, trims: 1 },
  /** Trimming, saving on and then failing over to what was. */
  lagging: { ...NOTHING, batches: 4, projector: true, saves: 4, trims: 1, events: ['promote'], eventCount: 1 },
  /** The list of epochs is deleted, also of a log that was trimmed. */
  unlisted: {
    ...NOTHING,
    batches: 3,
    projector: true,
    saves: 2,
    trims: 1,
    events: ['restart', 'delete stream', 'delete epochs'],
    eventCount: 2,
  },
  /** A log is deleted, its snapshots are not. */
  deleted: { ...NOTHING, batches: 5, projector: true, saves: 3, trims: 1, events: ['delete stream and meta'], eventCount: 1 },
  /** Append-only files that are cut in the midst of a write, and what then comes back late. */
  revenants: {
    ...NOTHING,
    batches: 3,
    events: ['restart', 'restart, cut in the last write', 'clock back'],
    eventCount: 3,
  },
  /** Cursors that somebody made up. */
  forgery: {
    ...NOTHING,
    batches: 2,
    events: ['restart', 'restart, last write lost', 'flushall', 'delete meta'],
    eventCount: 2,
    madeUp: true,
  },
  /** Everything at once. */
  everything: {
    ...NOTHING,
    producers: [0, 1],
    batches: 4,
    sizes: [1, 2],
    pipelined: 2,
    lostReplies: true,
    subscriber: true,
    projector: true,
    saves: 2,
    trims: 1,
    events: EVENTS,
    eventCount: 3,
    madeUp: true,
  },
} as const satisfies Readonly<Record<string, Bounds>>;

export type ScenarioName = keyof typeof SCENARIOS;

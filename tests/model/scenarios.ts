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
    onlyTruth: true,
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

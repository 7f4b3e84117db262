import { readFrame } from './read-frame.ts';
import type { Wire } from './model.ts';
import { SnapshotFold } from './snapshot-fold.ts';

/** Turns the messages of one connection into inputs of the machine. Folds the frames of a snapshot. */
export class WireReader {
  readonly #connection: number;
  #fold: SnapshotFold | undefined;

  constructor(connection: number) {
    this.#connection = connection;
  }

  /** Undefined if the machine does not need the message. */
  read(text: string): Wire | undefined {
    const connection = this.#connection;
    const received = readFrame(text);
    if (received.kind === 'unknown') return undefined;
    if (received.kind === 'malformed') return { kind: 'malformed', why: received.why, through: received.through, connection };
    if (received.kind === 'facts') {
      const { prev, through, appended_at: appendedAt, facts } = received.frame;
      return { kind: 'facts', event: { type: 'facts', prev, through, appendedAt, facts, raw: received.raw }, connection };
    }
    if (received.kind === 'fact') {
      const { prev, fact, raw } = received;
      const event = { type: 'facts', prev, through: fact.offset, appendedAt: fact.timestamp, facts: [fact], raw: [raw] } as const;
      return { kind: 'facts', event, connection };
    }
    const { frame } = received;
    switch (frame.type) {
      case 'snapshot_begin':
        this.#fold = new SnapshotFold(frame);
        return { kind: 'snapshot_begin', frame, connection };
      case 'snapshot_chunk':
        this.#fold?.add(frame);
        return { kind: 'snapshot_chunk', connection };
      case 'snapshot_end': {
        const state = this.#fold?.finish(frame);
        this.#fold = undefined;
        return { kind: 'snapshot_end', asOf: frame.as_of, state, connection };
      }
      case 'subscribed':
        return { kind: 'subscribed', frame, connection };
      case 'progress':
        return { kind: 'progress', frame, connection };
      case 'caught_up':
        return { kind: 'caught_up', frame, connection };
      case 'fell_behind':
        return { kind: 'fell_behind', frame, connection };
      case 'end':
        return { kind: 'end', frame, connection };
      case 'error':
        return { kind: 'error', frame, connection };
      case 'heartbeat':
      case 'filter_updated':
      case 'authenticated':
      case 'pong':
        return { kind: 'notice', frame, connection };
    }
  }
}

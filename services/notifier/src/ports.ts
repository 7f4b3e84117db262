import type { CursorCode, ErrorFrame, Offset } from '@graphtail/facts';
import type { Verdict } from '@graphtail/log';
import type { Packet } from './encoders.ts';
import type { StoredBatch } from './stored-batch.ts';

/** What a subscription reads from: a graph's feed. */
export type Source = {
  /** The log's head, as far as the tail knows. */
  readonly head: Offset;
  /** What comes after a cursor: a batch in memory; `nothing` yet; or `older`, which only a page from Redis can tell. */
  after(cursor: Offset): StoredBatch | 'nothing' | 'older';
  /** Batches right after a cursor, which may lie inside the first one; empty if the cursor is the head. @throws {CursorRefused} */
  page(cursor: Offset): Promise<readonly StoredBatch[]>;
  judge(cursor: Offset): Promise<Verdict>;
};

/** Why a subscription ends: `to` was reached, it was refused, or this notifier stops. */
export type Ending = { readonly kind: 'reached' } | { readonly kind: 'refused'; readonly error: ErrorFrame } | { readonly kind: 'restart' };

/** The way to one subscriber. Its owner calls `Subscription.drained` when buffered bytes have been sent. */
export type Sink = {
  /** Bytes handed over that the network has not taken. */
  readonly buffered: number;
  send(packet: Packet): void;
  /** Whether the network has taken anything since the last call, or there is nothing that it should take. */
  hasMoved(): boolean;
  close(ending: Ending): void;
};

/** Is called when something happens, for metrics and the service's own log. */
export type Observer = {
  /** Facts were handed to the socket. @param latencyMs for a live subscriber, the time since their append, ms */
  delivered(facts: number, bytes: number, latencyMs: number | undefined): void;
  demoted(): void;
  /** The log does not hold the subscriber's cursor any more. */
  refused(code: CursorCode): void;
  /** A bug. */
  failed(error: unknown): void;
};

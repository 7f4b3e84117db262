import type { CursorCode, ErrorFrame } from '@graphtail/facts';
import type { Packet } from '../wire/encoders.ts';

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

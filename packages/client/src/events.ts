import type { ErrorFrame, Fact, GraphState, Offset } from '@graphtail/facts';
import type { ReceiptVerdict } from './running-receipt.ts';

export type SubscriptionState = 'connecting' | 'replaying' | 'live' | 'offline' | 'ended' | 'refused';

/** An event of a subscription. Facts come in the log's order, each exactly once. */
export type ClientEvent =
  | {
      readonly type: 'facts';
      /** `prev`: the cursor before these facts. `through`: the cursor after them. */
      readonly prev: Offset;
      readonly through: Offset;
      /** When the log appended the facts, ISO 8601. If the fact came as its own message, the fact's own time. */
      readonly appendedAt: string;
      readonly facts: readonly Fact[];
      /** Each fact's JSON as the log holds it. Receipts are computed over these texts. */
      readonly raw: readonly string[];
    }
  /** The server has examined everything up to `through`, and the filter let no (more) facts pass. */
  | { readonly type: 'progress'; readonly prev: Offset; readonly through: Offset; readonly head: Offset }
  | { readonly type: 'caught_up'; readonly cursor: Offset; readonly head: Offset }
  | { readonly type: 'fell_behind'; readonly cursor: Offset; readonly head: Offset }
  /**
   * The graph as it was at `asOf`. It replaces what was folded before. The listener owns `state`, and may fold the facts that follow into
   * it.
   */
  | { readonly type: 'snapshot'; readonly state: GraphState; readonly asOf: Offset }
  /** The cursor was refused or moved. What follows comes after `cursor`, and what was folded before is void. */
  | { readonly type: 'restarted'; readonly cursor: Offset; readonly previous: Offset }
  /**
   * Facts in (cursor, through] can no longer be read, and the subscription goes on after them. What was folded may be incomplete until the
   * log holds them again.
   */
  | { readonly type: 'damaged'; readonly cursor: Offset; readonly through: Offset; readonly message: string }
  /** `retryInMs`: if `offline`, the time until the next attempt. `error`: why it is `offline` or `refused`, if the server said so. */
  | { readonly type: 'state'; readonly state: SubscriptionState; readonly retryInMs?: number; readonly error?: ErrorFrame }
  | { readonly type: 'error'; readonly error: ErrorFrame }
  /** A frame did not continue the cursor. It was dropped, and the subscription resumes from its cursor. */
  | { readonly type: 'gap'; readonly cursor: Offset; readonly prev: Offset }
  /** What was received so far was compared with the log's receipt of the same range. If it `differs`, do not trust what was received. */
  | { readonly type: 'receipt'; readonly verdict: Exclude<ReceiptVerdict, { status: 'unknown' }> }
  | { readonly type: 'filter_updated'; readonly cursor: Offset }
  /** `expiresAt`: when the session ends, ISO 8601; null: never. */
  | { readonly type: 'authenticated'; readonly expiresAt: string | null }
  | { readonly type: 'heartbeat'; readonly head: Offset }
  | { readonly type: 'pong'; readonly rttMs: number };

export type FactsEvent = Extract<ClientEvent, { type: 'facts' }>;

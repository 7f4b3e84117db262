import type { ErrorFrame, Fact, GraphState, Offset } from '@graphtail/facts';
import type { ReceiptVerdict } from './running-receipt.ts';

export type SubscriptionState = 'connecting' | 'replaying' | 'live' | 'offline' | 'ended' | 'refused';

/** What happens on a subscription. Facts come in the log's order, each once, none left out. */
export type ClientEvent =
  | {
      readonly type: 'facts';
      /** The cursor before these facts, and after them. */
      readonly prev: Offset;
      readonly through: Offset;
      /** When the log took them; of a fact that came as a message of its own: its own time. */
      readonly appendedAt: string;
      readonly facts: readonly Fact[];
      /** Each fact's JSON as the log holds it: what receipts are computed over. */
      readonly raw: readonly string[];
    }
  /** Everything up to `through` was considered; the filter let nothing (more) pass. */
  | { readonly type: 'progress'; readonly prev: Offset; readonly through: Offset; readonly head: Offset }
  | { readonly type: 'caught_up'; readonly cursor: Offset; readonly head: Offset }
  | { readonly type: 'fell_behind'; readonly cursor: Offset; readonly head: Offset }
  /** The graph as it was at `asOf`; it is the listener's, to fold what follows into. Replaces what was folded before. */
  | { readonly type: 'snapshot'; readonly state: GraphState; readonly asOf: Offset }
  /** The cursor was refused or moved, and what follows comes after `cursor`: what was folded before is void. */
  | { readonly type: 'restarted'; readonly cursor: Offset; readonly previous: Offset }
  /** Facts in (cursor, through] can't be read any more: the subscription goes on behind them. What was folded may not be whole until the log says them anew. */
  | { readonly type: 'damaged'; readonly cursor: Offset; readonly through: Offset; readonly message: string }
  /** `retryInMs`: when `offline`, until the next attempt. `error`: why it is `offline` or `refused`, where the server said it. */
  | { readonly type: 'state'; readonly state: SubscriptionState; readonly retryInMs?: number; readonly error?: ErrorFrame }
  | { readonly type: 'error'; readonly error: ErrorFrame }
  /** A frame did not continue the cursor; it was thrown away, and the subscription resumes from its cursor. */
  | { readonly type: 'gap'; readonly cursor: Offset; readonly prev: Offset }
  /** What was received so far was compared with what the log says of the same range; where it `differs`, what was received is not to be trusted. */
  | { readonly type: 'receipt'; readonly verdict: Exclude<ReceiptVerdict, { status: 'unknown' }> }
  | { readonly type: 'filter_updated'; readonly cursor: Offset }
  /** The session holds until then; null: for ever. */
  | { readonly type: 'authenticated'; readonly expiresAt: string | null }
  | { readonly type: 'heartbeat'; readonly head: Offset }
  | { readonly type: 'pong'; readonly rttMs: number };

export type FactsEvent = Extract<ClientEvent, { type: 'facts' }>;

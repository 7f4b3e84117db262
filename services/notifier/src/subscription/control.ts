import type { Ending } from './ports.ts';

/**
 * `introduction`: `subscribed` and perhaps a snapshot are being sent, and no fact comes before their end. `replay`: the subscriber has not
 * been sent everything. `live`: it has, and each batch is sent as it comes.
 */
export type Mode = 'introduction' | 'replay' | 'live';

type Of<Kind extends string> = { readonly kind: Kind; readonly mode: Mode; readonly isPaused: boolean };

/** What a subscription does now. It waits for one thing at a time. */
export type Control =
  /** There is nothing to send, or the subscriber has paused. */
  | Of<'idle'>
  /** In the loop that sends one thing after the other. */
  | Of<'sending'>
  /** Waits until the network has taken what was sent. */
  | Of<'draining'>
  /** Waits for a page of older batches. `isDoubted`: the log may have lost facts since, so the place after the page is judged again. */
  | (Of<'reading'> & { readonly isDoubted: boolean })
  /** Waits until the next fact of a paced replay is due. */
  | Of<'pacing'>
  /** Waits while other subscribers have their turn. */
  | Of<'yielding'>
  /** Waits for the log's judgement of a `to` that was passed in another epoch. */
  | Of<'judging_end'>
  /** Nothing more is sent. */
  | Of<'closed'>;
export type ControlOf<Kind extends Control['kind']> = Extract<Control, { readonly kind: Kind }>;

/** Why a subscription ends: see {@link Ending}; or the subscriber has left. */
export type Parting = Ending | { readonly kind: 'left' };

export type Event =
  /** There may be something to send: a batch came, or the subscription begins. This event and those up to `ended` can happen at any time. */
  | { readonly kind: 'woken' }
  | { readonly kind: 'drained' }
  | { readonly kind: 'paused' }
  /** `isBehind`: there is something that was not sent. */
  | { readonly kind: 'resumed'; readonly isBehind: boolean }
  /** The log may have lost what the subscriber has seen. */
  | { readonly kind: 'doubted' }
  | { readonly kind: 'ended'; readonly why: Parting }
  /** The introduction was sent. This event and those up to `off_timeline` say why the sending loop can't send one more thing. */
  | { readonly kind: 'introduced' }
  /** So much waits for the network that nothing more should be sent. */
  | { readonly kind: 'full' }
  | { readonly kind: 'nothing_left' }
  /** The feed has not read as far as the subscription. */
  | { readonly kind: 'ahead' }
  /** Only a page from Redis can tell what comes next. */
  | { readonly kind: 'older' }
  /** The next fact of a paced replay is due in so many milliseconds. */
  | { readonly kind: 'not_due'; readonly ms: number }
  | { readonly kind: 'turn_over' }
  /** The fact at `to` was sent. */
  | { readonly kind: 'reached' }
  /** The log was considered past the seq of `to`, in another epoch. */
  | { readonly kind: 'off_timeline' }
  /** The end of a wait: this event and all below. */
  | { readonly kind: 'page_came' }
  /** `to` can still be reached: the subscription has gone back to what the subscriber was told. */
  | { readonly kind: 'end_is_ahead' }
  | { readonly kind: 'due' }
  | { readonly kind: 'turn_came' };
export type EventOf<Kind extends Event['kind']> = Extract<Event, { readonly kind: Kind }>;

/** What the subscription has to carry out. */
export type Effect =
  /** Run the sending loop. */
  | { readonly do: 'send' }
  | { readonly do: 'read_page' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'yield' }
  /** Ask the log whether it still holds the subscriber's place. */
  | { readonly do: 'judge' }
  | { readonly do: 'judge_end' }
  | { readonly do: 'tell_caught_up' }
  /** `isDemoted`: because the network is slow, and not because of a pause. */
  | { readonly do: 'tell_fell_behind'; readonly isDemoted: boolean }
  /** Tell the subscriber why the subscription ends, and let go of everything. */
  | { readonly do: 'part'; readonly why: Parting };

export type Step = { readonly control: Control; readonly effects: readonly Effect[] };

/** A subscription before its first step. */
export const INITIAL: Control = { kind: 'idle', mode: 'introduction', isPaused: false };

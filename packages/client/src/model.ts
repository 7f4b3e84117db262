import type { Action, ErrorFrame, FrameOf, GraphState, Offset } from '@graphtail/facts';
import type { ClientEvent, SubscriptionState } from './events.ts';
import type { Filter, From, TransportName } from './options.ts';

/** Where a subscription is. `folding`: it receives a snapshot; `waiting`: it will try again. */
export type Phase = 'connecting' | 'folding' | 'replaying' | 'live' | 'waiting' | 'ended' | 'refused';

/** Milliseconds. */
export type Timing = {
  /** First and largest ceiling of the backoff. */
  readonly backoffBase: number;
  readonly backoffMax: number;
  /** A connection that held this long forgets the failures before it. */
  readonly stable: number;
  /** From the attempt to `subscribed`. */
  readonly connect: number;
  /** Between pings, and how long the answer may take. */
  readonly keepAlive: number;
  readonly pong: number;
  /** Where nothing can be asked (server-sent events): the longest silence, three heartbeats of the server's; and what it may grow to. */
  readonly silence: number;
  readonly silenceMax: number;
  /** After this long, CURSOR_IN_FUTURE is no longer an isolated old master but a replaced log. */
  readonly future: number;
  /** Ceiling of the wait where the server says that it restarts. */
  readonly restart: number;
  /** A token is renewed this long before it expires, or after four fifths of its time if that is later. */
  readonly renewBefore: number;
  /** The shortest and longest time until a token is renewed: timers hold no more than 24 days. */
  readonly renewMin: number;
  readonly renewMax: number;
};

export const TIMING: Timing = {
  backoffBase: 250,
  backoffMax: 2_000,
  stable: 5_000,
  connect: 10_000,
  keepAlive: 30_000,
  pong: 10_000,
  silence: 45_000,
  silenceMax: 180_000,
  future: 60_000,
  restart: 250,
  renewBefore: 60_000,
  renewMin: 1_000,
  renewMax: 86_400_000,
};

/** What never changes during a subscription. */
export type Settings = {
  readonly from: From | undefined;
  readonly onTooOld: 'error' | 'earliest' | 'snapshot';
  readonly onRefused: 'stop' | 'resnapshot' | 'earliest';
  /** Undefined: whichever gets through. */
  readonly transport: TransportName | undefined;
  /** Whether it ends at a `to`, which may be refused as well. */
  readonly bounded: boolean;
  /** Whether a fresh token can be had without the listener. */
  readonly renews: boolean;
  readonly timing: Timing;
};

/**
 * What a refused token means. `fixed`: the end, since there is no other. `fresh`: another one can be had, or was given and not judged yet.
 * `last`: the next attempt goes with it, and if that is refused too it is the end.
 */
export type TokenState = 'fixed' | 'fresh' | 'last';

export type Model = {
  readonly settings: Settings;
  readonly token: TokenState;
  readonly phase: Phase;
  /** Counts connections; what arrives on an earlier one than this is ignored. */
  readonly connection: number;
  readonly via: TransportName;
  /** The transport that got through; sockets, once they did. */
  readonly proven: TransportName | undefined;
  readonly graph: string | undefined;
  readonly filter: Filter;
  /** Whether there ever was a filter: else every fact between two cursors must come, and they are counted. */
  readonly filtered: boolean;
  /** Undefined until the server says where the subscription starts, and while a snapshot is on its way. */
  readonly cursor: Offset | undefined;
  readonly head: Offset | undefined;
  /** The cursor is where the server begins, but a state may still come first: until something follows, it is no place to resume from. */
  readonly unsure: boolean;
  /** The longest silence of an event stream that is no sign of death: a proxy may gather for so long. */
  readonly quiet: number;
  /** Where to begin while there is no cursor. */
  readonly from: From | undefined;
  /** The cursor that was given up, until the listener has been told where it goes on instead. */
  readonly abandoned: Offset | undefined;
  readonly failures: number;
  /** Attempts in a row that did not get as far as `subscribed`. */
  readonly attempts: number;
  readonly subscribedAt: number | undefined;
  readonly lastHeard: number;
  /** When the pings that have no answer yet were sent, oldest first. */
  readonly pings: readonly number[];
  /** The error frame after which this connection will be closed. */
  readonly error: ErrorFrame | undefined;
  readonly futureSince: number | undefined;
  /** The cursor after which a frame of facts could not be read. The same again, and it is what the log holds. */
  readonly unreadableAfter: Offset | undefined;
  readonly paused: boolean;
  /** Not yet sent; a newer one supersedes it, so that nothing piles up while offline. */
  readonly pendingAck: Offset | undefined;
  readonly gaps: number;
};

export type TimerName = 'reconnect' | 'connect' | 'keepalive' | 'pong' | 'renew';

/** Frames with a rule of their own; the others only tell the listener something. */
type Notice = FrameOf<'heartbeat' | 'filter_updated' | 'authenticated' | 'pong'>;
type OnConnection =
  | { readonly kind: 'opened' }
  /** The connection's token expires. */
  | { readonly kind: 'expires'; readonly inMs: number }
  | { readonly kind: 'subscribed'; readonly frame: FrameOf<'subscribed'> }
  | { readonly kind: 'snapshot_begin'; readonly frame: FrameOf<'snapshot_begin'> }
  | { readonly kind: 'snapshot_chunk' }
  /** `state` is undefined where what came is not what `snapshot_end` says. */
  | { readonly kind: 'snapshot_end'; readonly asOf: Offset; readonly state: GraphState | undefined }
  | { readonly kind: 'facts'; readonly event: Extract<ClientEvent, { type: 'facts' }> }
  | { readonly kind: 'progress'; readonly frame: FrameOf<'progress'> }
  | { readonly kind: 'caught_up'; readonly frame: FrameOf<'caught_up'> }
  | { readonly kind: 'fell_behind'; readonly frame: FrameOf<'fell_behind'> }
  | { readonly kind: 'end'; readonly frame: FrameOf<'end'> }
  | { readonly kind: 'notice'; readonly frame: Notice }
  | { readonly kind: 'error'; readonly frame: ErrorFrame }
  | { readonly kind: 'malformed'; readonly why: string; readonly through: Offset | undefined }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string; readonly retryAfterMs?: number | undefined };

export type Wire = OnConnection & { readonly connection: number };
export type Command =
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'ack'; readonly cursor: Offset }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'authenticate'; readonly token: string; readonly expiresInMs: number | undefined }
  | { readonly kind: 'ping' }
  | { readonly kind: 'close' };
export type Input =
  | Wire
  | Command
  | { readonly kind: 'timer'; readonly timer: TimerName }
  /** The browser's opinion of the network: a hint, since loopback works without one. */
  | { readonly kind: 'network'; readonly online: boolean };
export type InputOf<Kind extends Input['kind']> = Extract<Input, { readonly kind: Kind }>;

/** What the world is to do; in this order. */
export type Effect =
  /** `renew`: with a fresh token. */
  | {
      readonly do: 'open';
      readonly connection: number;
      readonly via: TransportName;
      readonly from: From | undefined;
      readonly renew: boolean;
    }
  /** Gets a fresh token, and gives it as the listener would. */
  | { readonly do: 'renew' }
  | { readonly do: 'drop'; readonly connection: number; readonly code: number; readonly reason: string }
  | { readonly do: 'send'; readonly action: Action | 'ping' }
  | { readonly do: 'arm'; readonly timer: TimerName; readonly ms: number }
  | { readonly do: 'disarm'; readonly timer: TimerName }
  | { readonly do: 'emit'; readonly event: ClientEvent };

/** The world as it is at a step: time in milliseconds, and a number in [0, 1). */
export type World = { readonly now: number; readonly random: number };

export type Step = { readonly model: Model; readonly effects: readonly Effect[] };

export function publicState(phase: Phase): SubscriptionState {
  if (phase === 'waiting') return 'offline';
  return phase === 'folding' ? 'replaying' : phase;
}

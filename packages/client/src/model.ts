import { IN_FUTURE_PATIENCE_MS, type Action, type ErrorFrame, type FrameOf, type GraphState, type Offset } from '@graphtail/facts';
import type { ClientEvent, SubscriptionState } from './events.ts';
import type { Filter, From, TransportName } from './options.ts';

/** All values in milliseconds. */
export type Timing = {
  /** The first and the largest ceiling of the backoff. */
  readonly backoffBase: number;
  readonly backoffMax: number;
  /** After a connection has lasted this long, the failures before it no longer count. */
  readonly stable: number;
  /** The longest time from the start of an attempt to `subscribed`. */
  readonly connect: number;
  /** `keepAlive`: the time between pings. `pong`: how long the answer may take. */
  readonly keepAlive: number;
  readonly pong: number;
  /**
   * For server-sent events, which allow no pings. `silence`: the longest silence, three of the server's heartbeats. `silenceMax`: the most
   * it may grow to.
   */
  readonly silence: number;
  readonly silenceMax: number;
  /** After CURSOR_IN_FUTURE for this long, the cause is a replaced log and no longer an isolated old master. */
  readonly future: number;
  /** The ceiling of the wait if the server says that it restarts. */
  readonly restart: number;
  /** A token is renewed this long before it expires, or after four fifths of its lifetime if that is later. */
  readonly renewBefore: number;
  /** The shortest and the longest time until a token is renewed. A timer can't wait longer than 24 days. */
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
  future: IN_FUTURE_PATIENCE_MS,
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
  /** Undefined: whichever transport gets through. */
  readonly transport: TransportName | undefined;
  /** Whether the subscription ends at a `to`. The server may refuse that offset too. */
  readonly bounded: boolean;
  /** Whether the client can get a fresh token by itself. */
  readonly renews: boolean;
  readonly timing: Timing;
};

/**
 * What the client does if the server refuses the token.
 * `fixed`: the subscription ends, because there is no other token.
 * `fresh`: the client can get another token.
 * `given`: the listener gave another token, and the server may have refused the one before. The next attempt uses the token that was given.
 * `tried`: the next attempt uses the token from before the one that was given.
 * `last`: the subscription ends, because the client has no other token left.
 */
export type TokenState = 'fixed' | 'fresh' | 'given' | 'tried' | 'last';

/** Where a subscription begins that has no cursor to resume from. */
export type Start = {
  readonly from: From | undefined;
  /** The cursor that was given up. It is kept until the listener learns where the subscription goes on instead. */
  readonly abandoned: Offset | undefined;
};

/** What a subscription has in every phase. */
export type Common = {
  readonly settings: Settings;
  readonly token: TokenState;
  /** The number of the current connection. What arrives on an earlier connection is ignored. */
  readonly connection: number;
  readonly via: TransportName;
  /** The transport that got through. Once a WebSocket got through, it stays `websocket`. */
  readonly proven: TransportName | undefined;
  readonly graph: string | undefined;
  readonly filter: Filter;
  /** Whether there ever was a filter. If not, every fact between two cursors must arrive, so the facts are counted. */
  readonly filtered: boolean;
  readonly head: Offset | undefined;
  /** The longest silence of an event stream that does not mean a dead connection, in ms. A proxy may buffer that long. */
  readonly quiet: number;
  readonly failures: number;
  /** How many attempts in a row did not reach `subscribed`. */
  readonly attempts: number;
  readonly lastHeard: number;
  readonly futureSince: number | undefined;
  /** The cursor after which a frame of facts could not be read. If that happens again at the same cursor, the log itself is damaged. */
  readonly unreadableAfter: Offset | undefined;
  readonly paused: boolean;
  /** An acknowledgement that was not sent yet. A newer one replaces it, so that none pile up while offline. */
  readonly pendingAck: Offset | undefined;
  readonly gaps: number;
};

/** Where the next connection begins: at the cursor, or at a start. */
export type Resting = { readonly cursor: Offset; readonly start: undefined } | { readonly cursor: undefined; readonly start: Start };

type Connected = {
  readonly subscribedAt: number;
  /** When the unanswered pings were sent, oldest first. */
  readonly pings: readonly number[];
};

export type Connecting = Common & Resting & { readonly phase: 'connecting' };
/** It receives a snapshot, whose end will give it a cursor. */
export type Folding = Common & Connected & { readonly phase: 'folding'; readonly cursor: undefined; readonly start: Start };
export type Streaming = Common &
  Connected & {
    readonly phase: 'replaying' | 'live';
    readonly cursor: Offset;
    /** A snapshot may still come before the facts after the cursor. Until something follows, the next connection begins here. */
    readonly start: Start | undefined;
  };
/** `error`: why it waits, if the server said so. */
export type Waiting = Common & Resting & { readonly phase: 'waiting'; readonly error: ErrorFrame | undefined };
/** `error`: why it was refused. */
export type Over = Common & Resting & { readonly phase: 'ended' | 'refused'; readonly error: ErrorFrame | undefined };

export type Model = Connecting | Folding | Streaming | Waiting | Over;
/** The phase of a subscription. `folding`: it receives a snapshot. `waiting`: it will try again. */
export type Phase = Model['phase'];
export type ModelIn<In extends Phase> = Model & { readonly phase: In };

export type TimerName = 'reconnect' | 'connect' | 'keepalive' | 'pong' | 'renew';

/** Frames that mostly only inform the listener. Each other frame has its own input. */
type Notice = FrameOf<'heartbeat' | 'filter_updated' | 'authenticated' | 'pong'>;
type OnConnection =
  | { readonly kind: 'opened' }
  /** The connection's token expires in `inMs` milliseconds. */
  | { readonly kind: 'expires'; readonly inMs: number }
  | { readonly kind: 'subscribed'; readonly frame: FrameOf<'subscribed'> }
  | { readonly kind: 'snapshot_begin'; readonly frame: FrameOf<'snapshot_begin'> }
  | { readonly kind: 'snapshot_chunk' }
  /** `state` is undefined if the received snapshot does not match `snapshot_end`. */
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
  /** What the browser reports about the network. It is only a hint, because loopback works without a network. */
  | { readonly kind: 'network'; readonly online: boolean };
export type InputOf<Kind extends Input['kind']> = Extract<Input, { readonly kind: Kind }>;

/** An action that a step requests. Effects are performed in their order. */
export type Effect =
  /** `renew`: whether to use another token than the one that was refused. */
  | {
      readonly do: 'open';
      readonly connection: number;
      readonly via: TransportName;
      readonly from: From | undefined;
      readonly renew: boolean;
    }
  /** Gets a fresh token, and uses it as if the listener had called `authenticate`. */
  | { readonly do: 'renew' }
  | { readonly do: 'drop'; readonly connection: number; readonly code: number; readonly reason: string }
  | { readonly do: 'send'; readonly action: Action | 'ping' }
  | { readonly do: 'arm'; readonly timer: TimerName; readonly ms: number }
  | { readonly do: 'disarm'; readonly timer: TimerName }
  | { readonly do: 'emit'; readonly event: ClientEvent };

/** What a step needs from outside: the time in milliseconds, and a random number in [0, 1). */
export type World = { readonly now: number; readonly random: number };

export type Step = { readonly model: Model; readonly effects: readonly Effect[] };

export function publicState(phase: Phase): SubscriptionState {
  if (phase === 'waiting') return 'offline';
  return phase === 'folding' ? 'replaying' : phase;
}

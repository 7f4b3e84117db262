import { CODES, CURSOR_CODES, PROTOCOL_VERSION, seqOf, type Code, type ErrorFrame, type Offset } from '@graphtail/facts';
import { backoffMs } from './backoff.ts';
import type { ClientEvent } from './events.ts';
import type { Common, Effect, Model, Over, Resting, Step, TokenState, World } from './model.ts';
import type { From, TransportName } from './options.ts';

/** The moves that several cells of the transition table share. All functions here are pure. */

export function stay(model: Model): Step {
  return { model, effects: [] };
}

export function emit(event: ClientEvent): Effect {
  return { do: 'emit', event };
}

const DISARM: readonly Effect[] = (['reconnect', 'connect', 'keepalive', 'pong', 'renew'] as const).map((timer) => ({
  do: 'disarm',
  timer,
}));

/**
 * How many attempts may fail before the client tries the other transport. If a transport got through before, the server is probably the
 * cause.
 */
const PATIENCE = { unproven: 2, proven: 4 };

function nextTransport(model: Model): TransportName {
  if (model.settings.transport !== undefined) return model.settings.transport;
  const preferred = model.proven ?? 'websocket';
  const beyond = model.attempts - (model.proven === undefined ? PATIENCE.unproven : PATIENCE.proven);
  if (beyond < 0 || beyond % 2 === 1) return preferred;
  return preferred === 'websocket' ? 'sse' : 'websocket';
}

export function commonOf(model: Model): Common {
  const { settings, token, connection, via, proven, graph, filter, filtered, head, quiet, failures, attempts, lastHeard } = model;
  const { futureSince, unreadableAfter, paused, pendingAck, gaps } = model;
  return {
    ...{ settings, token, connection, via, proven, graph, filter, filtered, head, quiet, failures, attempts, lastHeard },
    ...{ futureSince, unreadableAfter, paused, pendingAck, gaps },
  };
}

/** Where the next connection begins. */
export function placeOf({ cursor, start }: Model): Resting {
  return start === undefined ? { cursor, start } : { cursor: undefined, start };
}

/** Leaves the current connection, if any, and opens the next one now. */
export function open(model: Model, before: readonly Effect[] = []): Step {
  const connection = model.connection + 1;
  const via = nextTransport(model);
  const place = placeOf(model);
  return {
    model: { ...commonOf(model), ...place, phase: 'connecting', connection, via },
    effects: [
      ...before,
      ...DISARM,
      { do: 'open', connection, via, from: place.cursor ?? place.start.from, renew: model.token === 'last' },
      { do: 'arm', timer: 'connect', ms: via === 'sse' ? model.quiet : model.settings.timing.connect },
    ],
  };
}

function drop(model: Model, reason: string): Effect {
  return { do: 'drop', connection: model.connection, code: 1000, reason };
}

export function reopen(model: Model, reason: string): Step {
  return open(model, [drop(model, reason)]);
}

type Why = {
  readonly reason: string;
  /** Whether the server is expected back at once. */
  readonly quick?: boolean;
  readonly atLeastMs?: number | undefined;
  /** What the server said. */
  readonly error?: ErrorFrame;
};

/** Ends the connection, if it has not ended already, and waits for the next attempt. @param place where that attempt begins */
export function retry(model: Model, world: World, { reason, quick = false, atLeastMs, error }: Why, place = placeOf(model)): Step {
  const { timing } = model.settings;
  const subscribedAt = 'subscribedAt' in model ? model.subscribedAt : undefined;
  const held = subscribedAt !== undefined && world.now - subscribedAt >= timing.stable;
  const failures = held ? 0 : model.failures;
  const jittered = quick
    ? Math.floor(world.random * timing.restart)
    : backoffMs(failures, world.random, timing.backoffBase, timing.backoffMax);
  const asked = atLeastMs === undefined ? 0 : atLeastMs + Math.floor(world.random * timing.restart);
  return {
    model: {
      ...commonOf(model),
      ...place,
      phase: 'waiting',
      failures: quick ? failures : failures + 1,
      attempts: subscribedAt === undefined ? model.attempts + 1 : 0,
      error,
    },
    effects: [drop(model, reason), ...DISARM, { do: 'arm', timer: 'reconnect', ms: Math.max(asked, jittered) }],
  };
}

/** A frame does not continue the cursor. It is never passed on, and the subscription resumes from its cursor. */
export function gap(model: Model, world: World, cursor: Offset, prev: Offset): Step {
  const next = retry({ ...model, gaps: model.gaps + 1 }, world, { reason: 'gap' });
  return { model: next.model, effects: [emit({ type: 'gap', cursor, prev }), ...next.effects] };
}

/** Ends the subscription. `ended`: it reached its end, or the listener closed it. `refused`: the server refused it. */
export function finish(model: Model, phase: Over['phase'], reason: string, error?: ErrorFrame): Step {
  return { model: { ...commonOf(model), ...placeOf(model), phase, error }, effects: [drop(model, reason), ...DISARM] };
}

/** Starts the subscription again at `from`. What was received before no longer counts, nor does its acknowledgement. */
function anew(model: Model, world: World, from: From | undefined, error: ErrorFrame): Step {
  const { cursor, start } = placeOf(model);
  const begun = { ...model, pendingAck: undefined, futureSince: undefined };
  const place: Resting = { cursor: undefined, start: { from, abandoned: cursor ?? start?.abandoned } };
  return retry(begun, world, { reason: error.code, quick: cursor !== undefined, error }, place); // quick only once: without a cursor the backoff applies
}

/** Goes on after facts that can no longer be read, and emits which facts they are. */
function passOver(model: Model, world: World, cursor: Offset, through: Offset, error: ErrorFrame): Step {
  const next = retry(model, world, { reason: error.code, quick: true, error }, { cursor: through, start: undefined });
  return { model: next.model, effects: [emit({ type: 'damaged', cursor, through, message: error.message }), ...next.effects] };
}

/**
 * Leaves a connection that was silent for too long. If it was an event stream, the next may be silent for longer, because proxies buffer.
 */
export function leaveSilent(model: Model, world: World, reason: string): Step {
  const quiet = Math.min(2 * model.quiet, model.settings.timing.silenceMax);
  return retry(model.via === 'sse' ? { ...model, quiet } : model, world, { reason });
}

/**
 * Whether the server refused `to`. A subscription without a cursor of its own can't be refused for one, so `to` is not a place in the log.
 */
function isEndRefused({ settings, cursor, start }: Model, code: Code): boolean {
  const isFromAnywhere = cursor === undefined && (start.from === 'snapshot' || start.from === 'earliest');
  return settings.bounded && isFromAnywhere && code !== 'CURSOR_TOO_OLD';
}

function isCursorCode(code: Code): boolean {
  return (CURSOR_CODES as readonly Code[]).includes(code);
}

/** The state of the token with which the client tries again after a refusal; undefined if another token does not help, or there is none. */
function tokenAfter(token: TokenState, code: Code): TokenState | undefined {
  if (code !== 'UNAUTHORIZED' && code !== 'FORBIDDEN') return undefined;
  if (token === 'given' && code === 'UNAUTHORIZED') return 'tried';
  if (token === 'given' || token === 'tried') return 'last';
  return token === 'fresh' && code === 'UNAUTHORIZED' ? 'last' : undefined;
}

/** Returns the step for an error frame. After an error frame the server always closes the connection. */
export function answerError(model: Model, error: ErrorFrame, world: World): Step {
  const { code: reason } = error;
  const { onRefused, timing } = model.settings;
  const token = tokenAfter(model.token, error.code);
  if (token !== undefined) return retry({ ...model, token }, world, { reason, error });
  if (error.code === 'CURSOR_IN_FUTURE') {
    const futureSince = model.futureSince ?? world.now;
    if (error.retryable && world.now - futureSince < timing.future) return retry({ ...model, futureSince }, world, { reason, error });
  } else if (error.code === 'CONSUMER_REPLACED' && error.retryable) {
    return anew(model, world, undefined, error); // a seek moved the cursor: the server knows where to
  } else if (error.retryable) {
    return retry(model, world, { reason, error, atLeastMs: error.code === 'RATE_LIMITED' ? timing.backoffBase : undefined });
  }
  if (error.code === 'LOG_DAMAGED' && model.cursor !== undefined && error.resume_at !== undefined && onRefused !== 'stop')
    return passOver(model, world, model.cursor, error.resume_at, error);
  if (isCursorCode(error.code) && !isEndRefused(model, error.code)) {
    if (onRefused === 'resnapshot') return anew(model, world, 'snapshot', error);
    if (onRefused === 'earliest') return anew(model, world, 'earliest', error);
  }
  return finish(model, 'refused', reason, error);
}

const CODE_OF_CLOSE: ReadonlyMap<number, Code> = new Map([
  [4400, 'BAD_REQUEST'],
  [4401, 'UNAUTHORIZED'],
  [4403, 'FORBIDDEN'],
  [4404, 'UNKNOWN_GRAPH'],
  [4409, 'STREAM_REPLACED'],
  [4410, 'LOG_DAMAGED'],
]);

/** Returns the error that a close code stands for if a retry would not help. The close reason may name a more exact code. */
export function errorOfClose(code: number, reason: string): ErrorFrame | undefined {
  const general = CODE_OF_CLOSE.get(code);
  if (general === undefined) return undefined;
  const exact = CODES.find((each) => reason.startsWith(each)) ?? general;
  return { type: 'error', code: exact, message: reason === '' ? `closed with ${String(code)}` : reason, retryable: false };
}

export function unreadable(cursor: Offset, through: Offset, why: string): ErrorFrame {
  const message = `the facts after ${cursor} up to ${through} can not be read: ${why}`;
  return { type: 'error', code: 'LOG_DAMAGED', message, retryable: false, resume_at: through };
}

export function protocolError(protocol: number): ErrorFrame {
  const message = `the server speaks protocol ${String(protocol)}, this client ${String(PROTOCOL_VERSION)}`;
  return { type: 'error', code: 'BAD_REQUEST', message, retryable: false };
}

/** Returns the later of two heads, compared by seq, which never restarts. */
export function laterHead(a: Offset | undefined, b: Offset): Offset {
  return a !== undefined && seqOf(a) > seqOf(b) ? a : b;
}

import { CODES, CURSOR_CODES, PROTOCOL_VERSION, seqOf, type Code, type ErrorFrame, type Offset } from '@graphtail/facts';
import { backoffMs } from './backoff.ts';
import type { ClientEvent } from './events.ts';
import type { Effect, Model, Phase, Step, World } from './model.ts';
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

/** Leaves the current connection, if any, and opens the next one now. */
export function open(model: Model, before: readonly Effect[] = []): Step {
  const connection = model.connection + 1;
  const via = nextTransport(model);
  return {
    model: { ...model, phase: 'connecting', connection, via, subscribedAt: undefined, pings: [], error: undefined },
    effects: [
      ...before,
      ...DISARM,
      { do: 'open', connection, via, from: model.unsure ? model.from : (model.cursor ?? model.from), renew: model.token === 'last' },
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

/** Ends the connection, if it has not ended already, and waits for the next attempt. */
export function retry(model: Model, world: World, why: { reason: string; quick?: boolean; atLeastMs?: number | undefined }): Step {
  const { timing } = model.settings;
  const held = model.subscribedAt !== undefined && world.now - model.subscribedAt >= timing.stable;
  const failures = held ? 0 : model.failures;
  const jittered =
    why.quick === true
      ? Math.floor(world.random * timing.restart)
      : backoffMs(failures, world.random, timing.backoffBase, timing.backoffMax);
  const asked = why.atLeastMs === undefined ? 0 : why.atLeastMs + Math.floor(world.random * timing.restart);
  const ms = Math.max(asked, jittered);
  return {
    model: {
      ...model,
      phase: 'waiting',
      failures: why.quick === true ? failures : failures + 1,
      attempts: model.subscribedAt === undefined ? model.attempts + 1 : 0,
      pings: [],
    },
    effects: [drop(model, why.reason), ...DISARM, { do: 'arm', timer: 'reconnect', ms }],
  };
}

/** A frame does not continue the cursor. It is never passed on, and the subscription resumes from its cursor. */
export function gap(model: Model, world: World, cursor: Offset, prev: Offset): Step {
  const next = retry({ ...model, gaps: model.gaps + 1 }, world, { reason: 'gap' });
  return { model: next.model, effects: [emit({ type: 'gap', cursor, prev }), ...next.effects] };
}

/** Ends the subscription. `ended`: it reached its end, or the listener closed it. `refused`: the server refused it. */
export function finish(model: Model, phase: Extract<Phase, 'ended' | 'refused'>, reason: string): Step {
  return { model: { ...model, phase, pings: [] }, effects: [drop(model, reason), ...DISARM] };
}

/** Starts the subscription again at `from`. What was received before no longer counts, nor does its acknowledgement. */
function anew(model: Model, world: World, from: From | undefined, reason: string): Step {
  const abandoned = model.cursor ?? model.abandoned;
  const begun = { ...model, cursor: undefined, unsure: false, from, abandoned, pendingAck: undefined, futureSince: undefined };
  return retry(begun, world, { reason, quick: model.cursor !== undefined }); // quick only once: without a cursor the backoff applies
}

/** Goes on after facts that can no longer be read, and emits which facts they are. */
function passOver(model: Model, cursor: Offset, through: Offset, message: string, world: World): Step {
  const next = retry({ ...model, cursor: through, unsure: false }, world, { reason: 'LOG_DAMAGED', quick: true });
  return { model: next.model, effects: [emit({ type: 'damaged', cursor, through, message }), ...next.effects] };
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
function isEndRefused({ settings, cursor, from }: Model, code: Code): boolean {
  return settings.bounded && cursor === undefined && (from === 'snapshot' || from === 'earliest') && code !== 'CURSOR_TOO_OLD';
}

function isCursorCode(code: Code): boolean {
  return (CURSOR_CODES as readonly Code[]).includes(code);
}

/** Returns the step for an error frame. After an error frame the server always closes the connection. */
export function answerError(before: Model, error: ErrorFrame, world: World): Step {
  const model = { ...before, error };
  if (error.code === 'UNAUTHORIZED' && model.token === 'fresh') return retry({ ...model, token: 'last' }, world, { reason: error.code });
  if (error.code === 'CURSOR_IN_FUTURE') {
    const futureSince = model.futureSince ?? world.now;
    if (error.retryable && world.now - futureSince < model.settings.timing.future) {
      return retry({ ...model, futureSince }, world, { reason: error.code });
    }
  } else if (error.code === 'CONSUMER_REPLACED' && error.retryable) {
    return anew(model, world, undefined, error.code); // a seek moved the cursor: the server knows where to
  } else if (error.retryable) {
    return retry(model, world, {
      reason: error.code,
      atLeastMs: error.code === 'RATE_LIMITED' ? model.settings.timing.backoffBase : undefined,
    });
  }
  if (error.code === 'LOG_DAMAGED' && model.cursor !== undefined && error.resume_at !== undefined && model.settings.onRefused !== 'stop')
    return passOver(model, model.cursor, error.resume_at, error.message, world);
  if (isCursorCode(error.code) && !isEndRefused(model, error.code)) {
    if (model.settings.onRefused === 'resnapshot') return anew(model, world, 'snapshot', error.code);
    if (model.settings.onRefused === 'earliest') return anew(model, world, 'earliest', error.code);
  }
  return finish(model, 'refused', error.code);
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

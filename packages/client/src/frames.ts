import { PROTOCOL_VERSION, isOffset, seqOf, type Action, type Offset } from '@graphtail/facts';
import type { Connecting, Effect, Folding, InputOf, Model, Start, Step, Streaming, World } from './model.ts';
import { answerError, commonOf, emit, errorOfClose, finish, gap, laterHead, protocolError, retry, stay, unreadable } from './moves.ts';

/** The step for each frame on a connection that expects it. All functions here are pure. */

function send(action: Action | 'ping'): Effect {
  return { do: 'send', action };
}

export function breach(model: Model, _input: unknown, world: World): Step {
  return retry(model, world, { reason: 'protocol' });
}

/** A frame that was garbled on the way is whole the next time. If it is garbled again, the log is damaged. */
export function onMalformed(model: Streaming, { why, through }: InputOf<'malformed'>, world: World): Step {
  const { cursor, unreadableAfter, connection } = model;
  if (through === undefined) return breach(model, undefined, world);
  if (unreadableAfter !== cursor) return breach({ ...model, unreadableAfter: cursor }, undefined, world);
  return onError(model, { kind: 'error', frame: unreadable(cursor, through, why), connection }, world);
}

export function onSubscribed(before: Connecting, { frame }: InputOf<'subscribed'>, world: World): Step {
  if (frame.protocol !== PROTOCOL_VERSION) {
    const error = protocolError(frame.protocol);
    const next = finish(before, 'refused', 'protocol', error);
    return { model: next.model, effects: [emit({ type: 'error', error }), ...next.effects] };
  }
  const { settings, start } = before;
  const { onTooOld } = settings;
  const asked = before.cursor ?? offsetOf(start);
  const effects: Effect[] = [
    { do: 'disarm', timer: 'connect' },
    { do: 'arm', timer: 'keepalive', ms: settings.timing.keepAlive },
  ];
  if (before.paused) effects.push(send({ action: 'pause' }));
  if (before.pendingAck !== undefined) effects.push(send({ action: 'ack', cursor: before.pendingAck }));
  const subscribed = {
    ...commonOf(before),
    graph: frame.graph,
    head: frame.head,
    proven: before.proven === 'websocket' ? 'websocket' : before.via,
    token: accepted(before),
    attempts: 0,
    futureSince: undefined,
    pendingAck: undefined,
    subscribedAt: world.now,
    pings: [],
  } as const;
  const phase = frame.mode === 'live' ? 'live' : 'replaying';
  if (start?.from === 'snapshot') return { model: { ...subscribed, phase: 'folding', cursor: undefined, start }, effects };
  if (asked !== undefined && asked !== frame.cursor) {
    const asAsked: Streaming = { ...subscribed, phase, cursor: asked, start: undefined };
    if (onTooOld === 'error') return gap(asAsked, world, asked, frame.cursor);
    if (onTooOld === 'snapshot') return { model: toFolding(asAsked, before.cursor), effects };
  }
  const previous = asked === frame.cursor ? undefined : (asked ?? start?.abandoned);
  if (previous !== undefined) effects.push(emit({ type: 'restarted', cursor: frame.cursor, previous }));
  const mayFold = asked === undefined && onTooOld === 'snapshot' && frame.mode === 'replay' && start?.from !== 'latest';
  const again = mayFold ? { from: start?.from, abandoned: undefined } : undefined;
  return { model: { ...subscribed, phase, cursor: frame.cursor, start: again }, effects };
}

/** The offset that a subscription asked to begin at, if it named one. */
function offsetOf(start: Start | undefined): Offset | undefined {
  return start?.from !== undefined && isOffset(start.from) ? start.from : undefined;
}

/** The token's state after the server accepted the token. */
function accepted({ settings }: Model): Model['token'] {
  return settings.renews ? 'fresh' : 'fixed';
}

/**
 * There is no cursor until the snapshot is complete. If the connection breaks before, the client requests a snapshot again.
 * @param abandoned the cursor that is given up, if the listener knows it
 */
function toFolding(model: Streaming, abandoned: Offset | undefined): Folding {
  return { ...model, phase: 'folding', cursor: undefined, start: { from: 'snapshot', abandoned } };
}

/** With `onTooOld: 'snapshot'` the server sends a snapshot instead of facts that the log no longer holds. */
export function onUnaskedSnapshot(model: Streaming, input: InputOf<'snapshot_begin'>, world: World): Step {
  if (model.settings.onTooOld !== 'snapshot') return breach(model, input, world);
  return stay(toFolding(model, model.start === undefined ? model.cursor : model.start.abandoned));
}

export function onSnapshotEnd(model: Folding, { asOf, state }: InputOf<'snapshot_end'>, world: World): Step {
  if (state === undefined) return breach(model, undefined, world);
  return {
    model: { ...model, phase: 'replaying', cursor: asOf, start: undefined },
    effects: [emit({ type: 'snapshot', state, asOf })],
  };
}

export function onFacts(model: Streaming, { event }: InputOf<'facts'>, world: World): Step {
  const { cursor } = model;
  const complete = model.filtered || event.facts.length === seqOf(event.through) - seqOf(event.prev);
  if (event.prev !== cursor || !complete) return gap(model, world, cursor, event.prev);
  return {
    model: { ...model, cursor: event.through, start: undefined, head: laterHead(model.head, event.through) },
    effects: [emit(event)],
  };
}

export function onProgress(model: Streaming, { frame }: InputOf<'progress'>, world: World): Step {
  const { cursor } = model;
  const skipsFacts = !model.filtered && seqOf(frame.through) !== seqOf(frame.prev);
  if (frame.prev !== cursor || skipsFacts) return gap(model, world, cursor, frame.prev);
  const { prev, through, head } = frame;
  return {
    model: { ...model, cursor: through, start: undefined, head: laterHead(model.head, head) },
    effects: [emit({ type: 'progress', prev, through, head })],
  };
}

export function onCaughtUp(model: Streaming, { frame }: InputOf<'caught_up'>, world: World): Step {
  const { cursor } = model;
  if (seqOf(frame.cursor) > seqOf(cursor)) return gap(model, world, cursor, frame.cursor);
  const { head } = frame;
  return {
    model: { ...model, phase: 'live', start: undefined, head: laterHead(model.head, head) },
    effects: [emit({ type: 'caught_up', cursor, head })],
  };
}

export function onFellBehind(model: Streaming, { frame }: InputOf<'fell_behind'>): Step {
  const { cursor, head } = frame;
  return {
    model: { ...model, phase: 'replaying', head: laterHead(model.head, head) },
    effects: [emit({ type: 'fell_behind', cursor, head })],
  };
}

export function onEnd(model: Streaming, { frame }: InputOf<'end'>, world: World): Step {
  const { cursor } = model;
  if (!model.filtered && seqOf(frame.cursor) > seqOf(cursor)) return gap(model, world, cursor, frame.cursor);
  return finish({ ...model, cursor: laterHead(cursor, frame.cursor), start: undefined }, 'ended', 'end');
}

export function onNotice(model: Folding | Streaming, { frame }: InputOf<'notice'>, world: World): Step {
  switch (frame.type) {
    case 'heartbeat':
      return { model: { ...model, head: laterHead(model.head, frame.head) }, effects: [emit({ type: 'heartbeat', head: frame.head })] };
    case 'filter_updated':
      return { model, effects: [emit({ type: 'filter_updated', cursor: frame.cursor })] };
    case 'authenticated':
      return { model: { ...model, token: accepted(model) }, effects: [emit({ type: 'authenticated', expiresAt: frame.expires_at })] };
    case 'pong': {
      const [sentAt, ...pings] = model.pings;
      if (sentAt === undefined) return stay(model);
      const effects: Effect[] = [emit({ type: 'pong', rttMs: world.now - sentAt })];
      if (pings.length === 0) effects.push({ do: 'disarm', timer: 'pong' });
      return { model: { ...model, pings }, effects };
    }
  }
}

export function onError(model: Model, { frame }: InputOf<'error'>, world: World): Step {
  const next = answerError(model, frame, world);
  return { model: next.model, effects: [emit({ type: 'error', error: frame }), ...next.effects] };
}

const RESTARTING = 1001;
const RATE_LIMITED = 4429;

export function onClosed(model: Model, { code, reason, retryAfterMs }: InputOf<'closed'>, world: World): Step {
  const error = errorOfClose(code, reason);
  if (error !== undefined) return onError(model, { kind: 'error', frame: error, connection: model.connection }, world);
  const atLeastMs = retryAfterMs ?? (code === RATE_LIMITED ? model.settings.timing.backoffBase : undefined);
  return retry(model, world, { reason: 'closed', quick: code === RESTARTING, atLeastMs });
}

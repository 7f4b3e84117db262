import { PROTOCOL_VERSION, isOffset, seqOf, type Action } from '@graphtail/facts';
import type { Effect, InputOf, Model, Step, World } from './model.ts';
import { answerError, emit, errorOfClose, finish, gap, laterHead, protocolError, retry, stay, unreadable } from './moves.ts';

/** The step for each frame on a connection that expects it. All functions here are pure. */

function send(action: Action | 'ping'): Effect {
  return { do: 'send', action };
}

export function breach(model: Model, _input: unknown, world: World): Step {
  return retry(model, world, { reason: 'protocol' });
}

/** A frame that was garbled on the way is whole the next time. If it is garbled again, the log is damaged. */
export function onMalformed(model: Model, { why, through }: InputOf<'malformed'>, world: World): Step {
  const { cursor, unreadableAfter, connection } = model;
  if (cursor === undefined || through === undefined) return breach(model, undefined, world);
  if (unreadableAfter !== cursor) return breach({ ...model, unreadableAfter: cursor }, undefined, world);
  return onError(model, { kind: 'error', frame: unreadable(cursor, through, why), connection }, world);
}

export function onSubscribed(before: Model, { frame }: InputOf<'subscribed'>, world: World): Step {
  if (frame.protocol !== PROTOCOL_VERSION) {
    const error = protocolError(frame.protocol);
    const next = finish({ ...before, error }, 'refused', 'protocol');
    return { model: next.model, effects: [emit({ type: 'error', error }), ...next.effects] };
  }
  const { settings } = before;
  const asked = before.cursor ?? (before.from !== undefined && isOffset(before.from) ? before.from : undefined);
  const effects: Effect[] = [
    { do: 'disarm', timer: 'connect' },
    { do: 'arm', timer: 'keepalive', ms: settings.timing.keepAlive },
  ];
  if (before.paused) effects.push(send({ action: 'pause' }));
  if (before.pendingAck !== undefined) effects.push(send({ action: 'ack', cursor: before.pendingAck }));
  const model: Model = {
    ...before,
    phase: frame.mode === 'live' ? 'live' : 'replaying',
    graph: frame.graph,
    head: frame.head,
    proven: before.proven === 'websocket' ? 'websocket' : before.via,
    token: accepted(before),
    attempts: 0,
    subscribedAt: world.now,
    futureSince: undefined,
    pendingAck: undefined,
  };
  if (asked === undefined && before.from === 'snapshot') return { model: { ...model, phase: 'folding' }, effects };
  if (asked !== undefined && asked !== frame.cursor) {
    if (settings.onTooOld === 'error') return gap(model, world, asked, frame.cursor);
    if (settings.onTooOld === 'snapshot') return { model: toFolding(model), effects };
  }
  const previous = asked === frame.cursor ? undefined : (asked ?? before.abandoned);
  if (previous !== undefined) effects.push(emit({ type: 'restarted', cursor: frame.cursor, previous }));
  const unsure = asked === undefined && settings.onTooOld === 'snapshot' && frame.mode === 'replay' && before.from !== 'latest';
  return { model: { ...model, cursor: frame.cursor, unsure, abandoned: undefined }, effects };
}

/** The token's state after the server accepted the token. */
function accepted({ settings }: Model): Model['token'] {
  return settings.renews ? 'fresh' : 'fixed';
}

/** There is no cursor until the snapshot is complete. If the connection breaks before, the client requests a snapshot again. */
function toFolding(model: Model): Model {
  const abandoned = model.unsure ? model.abandoned : (model.cursor ?? model.abandoned);
  return { ...model, phase: 'folding', abandoned, cursor: undefined, unsure: false, from: 'snapshot' };
}

/** With `onTooOld: 'snapshot'` the server sends a snapshot instead of facts that the log no longer holds. */
export function onUnaskedSnapshot(model: Model, input: InputOf<'snapshot_begin'>, world: World): Step {
  return model.settings.onTooOld === 'snapshot' ? stay(toFolding(model)) : breach(model, input, world);
}

export function onSnapshotEnd(model: Model, { asOf, state }: InputOf<'snapshot_end'>, world: World): Step {
  if (state === undefined) return breach(model, undefined, world);
  return {
    model: { ...model, phase: 'replaying', cursor: asOf, abandoned: undefined },
    effects: [emit({ type: 'snapshot', state, asOf })],
  };
}

export function onFacts(model: Model, { event }: InputOf<'facts'>, world: World): Step {
  const { cursor } = model;
  if (cursor === undefined) return breach(model, undefined, world);
  const complete = model.filtered || event.facts.length === seqOf(event.through) - seqOf(event.prev);
  if (event.prev !== cursor || !complete) return gap(model, world, cursor, event.prev);
  return { model: { ...model, cursor: event.through, unsure: false, head: laterHead(model.head, event.through) }, effects: [emit(event)] };
}

export function onProgress(model: Model, { frame }: InputOf<'progress'>, world: World): Step {
  const { cursor } = model;
  if (cursor === undefined) return breach(model, undefined, world);
  const skipsFacts = !model.filtered && seqOf(frame.through) !== seqOf(frame.prev);
  if (frame.prev !== cursor || skipsFacts) return gap(model, world, cursor, frame.prev);
  const { prev, through, head } = frame;
  return {
    model: { ...model, cursor: through, unsure: false, head: laterHead(model.head, head) },
    effects: [emit({ type: 'progress', prev, through, head })],
  };
}

export function onCaughtUp(model: Model, { frame }: InputOf<'caught_up'>, world: World): Step {
  const { cursor } = model;
  if (cursor === undefined) return breach(model, undefined, world);
  if (seqOf(frame.cursor) > seqOf(cursor)) return gap(model, world, cursor, frame.cursor);
  const { head } = frame;
  return {
    model: { ...model, phase: 'live', unsure: false, head: laterHead(model.head, head) },
    effects: [emit({ type: 'caught_up', cursor, head })],
  };
}

export function onFellBehind(model: Model, { frame }: InputOf<'fell_behind'>): Step {
  const { cursor, head } = frame;
  return {
    model: { ...model, phase: 'replaying', head: laterHead(model.head, head) },
    effects: [emit({ type: 'fell_behind', cursor, head })],
  };
}

export function onEnd(model: Model, { frame }: InputOf<'end'>, world: World): Step {
  const { cursor } = model;
  if (cursor === undefined) return breach(model, undefined, world);
  if (!model.filtered && seqOf(frame.cursor) > seqOf(cursor)) return gap(model, world, cursor, frame.cursor);
  return finish({ ...model, cursor: laterHead(cursor, frame.cursor) }, 'ended', 'end');
}

export function onNotice(model: Model, { frame }: InputOf<'notice'>, world: World): Step {
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

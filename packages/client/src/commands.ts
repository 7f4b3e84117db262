import type { Action } from '@graphtail/facts';
import type { Effect, Folding, InputOf, Model, Step, Streaming, World } from './model.ts';
import { finish, leaveSilent, open, reopen, retry, stay } from './moves.ts';
import type { Filter } from './options.ts';

/** The steps for a listener's commands, for timers and for changes of the network. All functions here are pure. */

function isFilter({ types, entities, path }: Filter): boolean {
  return types !== undefined || entities !== undefined || path !== undefined;
}

export function withFilter(model: Model, filter: Filter): Model {
  return { ...model, filter, filtered: model.filtered || isFilter(filter) };
}

function sending(model: Model, action: Action): Step {
  return { model, effects: [{ do: 'send', action }] };
}

function filterAction({ types, entities, path }: Filter): Action {
  return {
    action: 'filter',
    ...(types !== undefined && { event_types: [...types] }),
    ...(entities !== undefined && { entity_types: [...entities] }),
    ...(path !== undefined && { path }),
  };
}

/** The next attempt sends the filter in its address. */
export const keepFilter = (model: Model, { filter }: InputOf<'filter'>): Step => stay(withFilter(model, filter));

/** Opens the connection again, because its address has the old filter: an attempt is under way, or an event stream takes no actions. */
export const reopenWithFilter = (model: Model, { filter }: InputOf<'filter'>): Step => reopen(withFilter(model, filter), 'filter');

export function sendFilter(model: Model, input: InputOf<'filter'>): Step {
  if (model.via === 'sse') return reopenWithFilter(model, input);
  return sending(withFilter(model, input.filter), filterAction(input.filter));
}

export const keepAck = (model: Model, { cursor }: InputOf<'ack'>): Step => stay({ ...model, pendingAck: cursor });
export const sendAck = (model: Model, { cursor }: InputOf<'ack'>): Step => sending(model, { action: 'ack', cursor });

export const keepPause = (model: Model): Step => stay({ ...model, paused: true });
export const sendPause = (model: Model): Step => (model.paused ? stay(model) : sending({ ...model, paused: true }, { action: 'pause' }));

export const keepResume = (model: Model): Step => stay({ ...model, paused: false });
export const sendResume = (model: Model): Step => (model.paused ? sending({ ...model, paused: false }, { action: 'resume' }) : stay(model));

/**
 * Arms the timer that renews a token, if the token can be renewed. If the token has expired by this machine's clock, nothing is armed:
 * the server's clock decides.
 */
function renewal({ settings }: Model, inMs: number | undefined): Effect[] {
  if (!settings.renews || inMs === undefined || inMs <= 0) return [];
  const { renewBefore, renewMin, renewMax } = settings.timing;
  const ms = inMs - Math.min(renewBefore, inMs / 5);
  return [{ do: 'arm', timer: 'renew', ms: Math.round(Math.min(renewMax, Math.max(renewMin, ms))) }];
}

export const planRenewal = (model: Model, { inMs }: InputOf<'expires'>): Step => ({ model, effects: renewal(model, inMs) });

function withToken(model: Model): Model {
  return { ...model, token: model.settings.renews ? 'fresh' : 'given' };
}

/** The next attempt uses the token. */
export const keepToken = (model: Model): Step => stay(withToken(model));

/** Opens the connection again, because the attempt under way has the old token. */
export const reopenWithToken = (model: Model): Step => reopen(withToken(model), 'token');

/** Renews a token: in place on a socket. An event stream can't receive it, so it is opened again from its cursor. */
export function sendToken(model: Model, { token, expiresInMs }: InputOf<'authenticate'>): Step {
  if (model.via === 'sse') return reopenWithToken(model);
  const effects: Effect[] = [{ do: 'send', action: { action: 'authenticate', token } }];
  return { model: withToken(model), effects: [...effects, ...renewal(model, expiresInMs)] };
}

export function ping(model: Folding | Streaming, _input: unknown, world: World): Step {
  if (model.via === 'sse') return stay(model);
  const effects: Effect[] = [{ do: 'send', action: 'ping' }];
  if (model.pings.length === 0) effects.push({ do: 'arm', timer: 'pong', ms: model.settings.timing.pong });
  return { model: { ...model, pings: [...model.pings, world.now] }, effects };
}

export const close = (model: Model): Step => finish(model, 'ended', 'closed');

export function connectedTimer(model: Folding | Streaming, { timer }: InputOf<'timer'>, world: World): Step {
  switch (timer) {
    case 'keepalive': {
      const silent = world.now - model.lastHeard > model.quiet;
      if (model.via === 'sse' && silent && !model.paused) return leaveSilent(model, world, 'silent');
      const probed = ping(model, undefined, world);
      return { model: probed.model, effects: [...probed.effects, { do: 'arm', timer: 'keepalive', ms: model.settings.timing.keepAlive }] };
    }
    case 'pong': {
      const oldest = model.pings[0];
      // anything received since the ping shows that the peer is alive: its pong may be queued behind a long replay
      return oldest !== undefined && model.lastHeard <= oldest ? retry(model, world, { reason: 'silent' }) : stay({ ...model, pings: [] });
    }
    case 'renew':
      return { model, effects: [{ do: 'renew' }] };
    case 'connect':
    case 'reconnect':
      return stay(model);
  }
}

export function connectingTimer(model: Model, { timer }: InputOf<'timer'>, world: World): Step {
  if (timer === 'connect') return leaveSilent(model, world, 'no answer');
  if (timer === 'renew') return { model, effects: [{ do: 'arm', timer: 'renew', ms: model.settings.timing.renewMin }] }; // once connected
  return stay(model);
}

export const waitingTimer = (model: Model, { timer }: InputOf<'timer'>): Step => (timer === 'reconnect' ? open(model) : stay(model));

/** Back online: reconnects soon. The short random wait remains, because other clients are back online at the same moment. */
export function waitingNetwork(model: Model, { online }: InputOf<'network'>, world: World): Step {
  if (!online) return stay(model);
  return { model, effects: [{ do: 'arm', timer: 'reconnect', ms: Math.floor(world.random * model.settings.timing.restart) }] };
}

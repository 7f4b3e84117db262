import * as commands from './commands.ts';
import * as frames from './frames.ts';
import {
  TIMING,
  publicState,
  type Effect,
  type Input,
  type InputOf,
  type Model,
  type ModelIn,
  type Phase,
  type Settings,
  type Step,
  type World,
} from './model.ts';
import { emit, open, stay } from './moves.ts';
import type { Filter } from './options.ts';

type Cell<In extends Phase, Kind extends Input['kind']> = (model: ModelIn<In>, input: InputOf<Kind>, world: World) => Step;
type Row<In extends Phase> = { readonly [Kind in Input['kind']]: Cell<In, Kind> };

const { breach } = frames;

/** Phases that expect no messages from the server, no longer or not yet. Late frames of a connection that was left are ignored. */
const SILENT = {
  opened: stay,
  expires: stay,
  subscribed: stay,
  snapshot_begin: stay,
  snapshot_chunk: stay,
  snapshot_end: stay,
  facts: stay,
  progress: stay,
  caught_up: stay,
  fell_behind: stay,
  end: stay,
  notice: stay,
  error: stay,
  malformed: stay,
  closed: stay,
} as const;

const OVER: Row<'ended' | 'refused'> = {
  ...SILENT,
  filter: stay,
  ack: stay,
  pause: stay,
  resume: stay,
  authenticate: stay,
  ping: stay,
  close: stay,
  timer: stay,
  network: stay,
};

const CONNECTED = {
  opened: stay,
  expires: commands.planRenewal,
  subscribed: breach,
  notice: frames.onNotice,
  error: frames.onError,
  closed: frames.onClosed,
  filter: commands.sendFilter,
  ack: commands.sendAck,
  pause: commands.sendPause,
  resume: commands.sendResume,
  authenticate: commands.sendToken,
  ping: commands.ping,
  close: commands.close,
  timer: commands.connectedTimer,
  network: commands.ping,
} as const;

const STREAMING: Row<'replaying' | 'live'> = {
  ...CONNECTED,
  malformed: frames.onMalformed,
  snapshot_begin: frames.onUnaskedSnapshot,
  snapshot_chunk: breach,
  snapshot_end: breach,
  facts: frames.onFacts,
  progress: frames.onProgress,
  caught_up: frames.onCaughtUp,
  fell_behind: frames.onFellBehind,
  end: frames.onEnd,
};

/** The whole subscription: for every phase, the step for each input. A missing case does not compile. */
export const TRANSITIONS: { readonly [Each in Phase]: Row<Each> } = {
  connecting: {
    opened: stay,
    expires: commands.planRenewal,
    subscribed: frames.onSubscribed,
    snapshot_begin: breach,
    snapshot_chunk: breach,
    snapshot_end: breach,
    facts: breach,
    progress: breach,
    caught_up: breach,
    fell_behind: breach,
    end: breach,
    notice: stay,
    error: frames.onError,
    malformed: breach,
    closed: frames.onClosed,
    filter: commands.reopenWithFilter,
    ack: commands.keepAck,
    pause: commands.keepPause,
    resume: commands.keepResume,
    authenticate: commands.reopenWithToken,
    ping: stay,
    close: commands.close,
    timer: commands.connectingTimer,
    network: stay,
  },
  folding: {
    ...CONNECTED,
    malformed: breach,
    snapshot_begin: stay,
    snapshot_chunk: stay,
    snapshot_end: frames.onSnapshotEnd,
    facts: breach,
    progress: breach,
    caught_up: breach,
    fell_behind: breach,
    end: breach,
  },
  replaying: STREAMING,
  live: STREAMING,
  waiting: {
    ...SILENT,
    filter: commands.keepFilter,
    ack: commands.keepAck,
    pause: commands.keepPause,
    resume: commands.keepResume,
    authenticate: commands.keepToken,
    ping: stay,
    close: commands.close,
    timer: commands.waitingTimer,
    network: commands.waitingNetwork,
  },
  ended: OVER,
  refused: OVER,
};

/** Returns a new subscription that is about to connect, and the effects that open its connection. */
export function begin(
  settings: Omit<Settings, 'timing'> & { timing?: Partial<Settings['timing']> },
  graph: string | undefined,
  filter: Filter,
): Step {
  const model: Model = {
    settings: { ...settings, timing: { ...TIMING, ...settings.timing } },
    token: settings.renews ? 'fresh' : 'fixed',
    phase: 'connecting',
    connection: 0,
    via: 'websocket',
    proven: undefined,
    graph,
    filter: {},
    filtered: false,
    cursor: undefined,
    start: { from: settings.from, abandoned: undefined },
    head: undefined,
    quiet: settings.timing?.silence ?? TIMING.silence,
    failures: 0,
    attempts: 0,
    lastHeard: 0,
    futureSince: undefined,
    unreadableAfter: undefined,
    paused: false,
    pendingAck: undefined,
    gaps: 0,
  };
  return open(commands.withFilter(model, filter));
}

/** One step: input → the next model, and the effects to perform. Pure. */
export function step(before: Model, input: Input, world: World): Step {
  const fromWire = 'connection' in input;
  if (fromWire && input.connection !== before.connection) return stay(before);
  const model = fromWire ? { ...before, lastHeard: world.now } : before;
  const cell = TRANSITIONS[model.phase][input.kind] as (of: Model, given: Input, at: World) => Step;
  const next = cell(model, input, world);
  const announced = announcement(before, next);
  return announced === undefined ? next : { model: next.model, effects: [...next.effects, announced] };
}

function announcement(before: Model, { model, effects }: Step): Effect | undefined {
  const state = publicState(model.phase);
  if (state === publicState(before.phase)) return undefined;
  const retryInMs = effects.find((effect) => effect.do === 'arm' && effect.timer === 'reconnect');
  return emit({
    type: 'state',
    state,
    ...(retryInMs?.do === 'arm' && { retryInMs: retryInMs.ms }),
    ...('error' in model && model.error !== undefined && { error: model.error }),
  });
}

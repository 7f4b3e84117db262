import type { Control, Effect, Event, EventOf, Step } from './control.ts';

/** All functions here are pure: what a subscription does next, given what it does and what happens. `subscription.ts` carries it out. */

type Cell<Kind extends Event['kind']> = (control: Control, event: EventOf<Kind>) => Step;
type Row = { readonly [Kind in Event['kind']]: Cell<Kind> };

const NONE: readonly Effect[] = [];
const SEND: readonly Effect[] = [{ do: 'send' }];
const READ_PAGE: readonly Effect[] = [{ do: 'read_page' }];
const YIELD: readonly Effect[] = [{ do: 'yield' }];
const JUDGE_END: readonly Effect[] = [{ do: 'judge_end' }];
const TELL_CAUGHT_UP: readonly Effect[] = [{ do: 'tell_caught_up' }];
const TELL_DEMOTED: readonly Effect[] = [{ do: 'tell_fell_behind', isDemoted: true }];

/** The two steps of a live subscriber for each batch. They are made once, because every delivery takes them. */
const SEND_LIVE: Step = { control: { kind: 'sending', mode: 'live', isPaused: false }, effects: SEND };
const REST_LIVE: Step = { control: { kind: 'idle', mode: 'live', isPaused: false }, effects: NONE };

/** The event changes nothing. */
const stay = (control: Control): Step => ({ control, effects: NONE });

/** A wait ended that is not under way, or the loop met an end while it does not run: this is a bug in the subscription. */
function impossible(control: Control, event: Event): never {
  throw new Error(`${event.kind} while ${control.kind}`);
}

/** A paused subscription sends nothing but its introduction. */
function goOn({ mode, isPaused }: Control): Step {
  if (mode === 'live' && !isPaused) return SEND_LIVE;
  if (isPaused && mode !== 'introduction') return { control: { kind: 'idle', mode, isPaused }, effects: NONE };
  return { control: { kind: 'sending', mode, isPaused }, effects: SEND };
}

const onPaused = (control: Control): Step => stay({ ...control, isPaused: true });

/** The loop ends at its next look at the state. */
const onPausedWhileSending = (control: Control): Step =>
  control.mode === 'introduction' ? onPaused(control) : stay({ kind: 'idle', mode: control.mode, isPaused: true });

/** A live subscriber that has missed something by its pause is served from the log again. */
function onResumed(control: Control, { isBehind }: EventOf<'resumed'>): Step {
  if (!control.isPaused || control.mode !== 'live' || !isBehind) return stay({ ...control, isPaused: false });
  return { control: { ...control, mode: 'replay', isPaused: false }, effects: [{ do: 'tell_fell_behind', isDemoted: false }] };
}

function onResumedWhileIdle(control: Control, event: EventOf<'resumed'>): Step {
  const { control: resumed, effects } = onResumed(control, event);
  const next = goOn(resumed);
  return { control: next.control, effects: [...effects, ...next.effects] };
}

/** A page that is under way may be of the log as it was. */
const onDoubtedWhileReading = ({ mode, isPaused }: Control): Step => stay({ kind: 'reading', mode, isPaused, isDoubted: true });

const onEnded = ({ mode, isPaused }: Control, { why }: EventOf<'ended'>): Step => ({
  control: { kind: 'closed', mode, isPaused },
  effects: [{ do: 'part', why }],
});

const onIntroduced = ({ isPaused }: Control): Step => stay({ kind: isPaused ? 'idle' : 'sending', mode: 'replay', isPaused });

/** A live subscriber whose network is behind is demoted to replaying. */
function onFull({ mode, isPaused }: Control): Step {
  if (mode !== 'live') return stay({ kind: 'draining', mode, isPaused });
  return { control: { kind: 'draining', mode: 'replay', isPaused }, effects: TELL_DEMOTED };
}

function onNothingLeft({ mode, isPaused }: Control): Step {
  return mode === 'live' ? REST_LIVE : { control: { kind: 'idle', mode: 'live', isPaused }, effects: TELL_CAUGHT_UP };
}

const onAhead = ({ mode, isPaused }: Control): Step => stay({ kind: 'idle', mode, isPaused });

const onOlder = ({ mode, isPaused }: Control): Step => ({
  control: { kind: 'reading', mode, isPaused, isDoubted: false },
  effects: READ_PAGE,
});

const onNotDue = ({ mode, isPaused }: Control, { ms }: EventOf<'not_due'>): Step => ({
  control: { kind: 'pacing', mode, isPaused },
  effects: [{ do: 'wait', ms }],
});

const onTurnOver = ({ mode, isPaused }: Control): Step => ({ control: { kind: 'yielding', mode, isPaused }, effects: YIELD });

const onReached = (control: Control): Step => onEnded(control, { kind: 'ended', why: { kind: 'reached' } });

const onOffTimeline = ({ mode, isPaused }: Control): Step => ({ control: { kind: 'judging_end', mode, isPaused }, effects: JUDGE_END });

function onPageCame(control: Control): Step {
  const next = goOn(control);
  const isDoubted = control.kind === 'reading' && control.isDoubted;
  return isDoubted ? { control: next.control, effects: [...next.effects, { do: 'judge' }] } : next;
}

/** Events from outside, while the subscription waits: none of them ends the wait. */
const OUTSIDE = { woken: stay, drained: stay, paused: onPaused, resumed: onResumed, doubted: stay, ended: onEnded } as const;

/** Why the sending loop stops: impossible while it does not run. */
const UNSENT = {
  introduced: impossible,
  full: impossible,
  nothing_left: impossible,
  ahead: impossible,
  older: impossible,
  not_due: impossible,
  turn_over: impossible,
  reached: impossible,
  off_timeline: impossible,
} as const;

/** The ends of waits: impossible unless a row replaces one. */
const UNAWAITED = { page_came: impossible, end_is_ahead: impossible, due: impossible, turn_came: impossible } as const;

const WAITING = { ...OUTSIDE, ...UNSENT, ...UNAWAITED } as const;

const CLOSED: Row = {
  woken: stay,
  drained: stay,
  paused: stay,
  resumed: stay,
  doubted: stay,
  ended: stay,
  introduced: stay,
  full: stay,
  nothing_left: stay,
  ahead: stay,
  older: stay,
  not_due: stay,
  turn_over: stay,
  reached: stay,
  off_timeline: stay,
  page_came: stay,
  end_is_ahead: stay,
  due: stay,
  turn_came: stay,
};

/** The total transition table: one cell for each event in each state. A missing case does not compile. */
export const TRANSITIONS: { readonly [Kind in Control['kind']]: Row } = {
  idle: { ...WAITING, woken: goOn, resumed: onResumedWhileIdle },
  sending: {
    ...OUTSIDE,
    ...UNAWAITED,
    paused: onPausedWhileSending,
    introduced: onIntroduced,
    full: onFull,
    nothing_left: onNothingLeft,
    ahead: onAhead,
    older: onOlder,
    not_due: onNotDue,
    turn_over: onTurnOver,
    reached: onReached,
    off_timeline: onOffTimeline,
  },
  draining: { ...WAITING, drained: goOn },
  reading: { ...WAITING, doubted: onDoubtedWhileReading, page_came: onPageCame },
  pacing: { ...WAITING, due: goOn },
  yielding: { ...WAITING, turn_came: goOn },
  judging_end: { ...WAITING, end_is_ahead: goOn },
  closed: CLOSED,
};

/** One step: from a state and an event to the next state and its effects. */
export function step(control: Control, event: Event): Step {
  const cell = TRANSITIONS[control.kind][event.kind] as Cell<Event['kind']>;
  return cell(control, event);
}

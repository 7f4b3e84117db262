import * as ends from './ends.ts';
import type { Activity, Event, EventOf, Session, Step } from './model.ts';
import * as news from './news.ts';
import { begin } from './precedence.ts';

type Cell<Kind extends Event['kind']> = (session: Session, event: EventOf<Kind>) => Step;
type Row = { readonly [Kind in Event['kind']]: Cell<Kind> };

/** The event changes nothing. */
const stay = (session: Session): Step => ({ session, effects: [] });

/** A task ended that is not under way: this is a bug in the session. */
function impossible(session: Session, event: Event): never {
  throw new Error(`${event.kind} while ${session.activity.kind}`);
}

/** Events from outside become pending, whatever task is under way. */
const OUTSIDE = {
  saved: news.onSaved,
  changed: news.onChanged,
  job_arrived: news.onJobArrived,
  epoch_stepped: news.onEpochStepped,
  damage_found: news.onDamageFound,
  commit_moved: news.onCommitMoved,
  look_due: news.onLookDue,
  looked: news.onLooked,
  cancel: stay,
  close: news.onClose,
} as const;

/** The events that end a task: impossible unless a row replaces them. */
const UNENDED = {
  started: impossible,
  fetched: impossible,
  judged: impossible,
  folded: impossible,
  compared: impossible,
  appended: impossible,
  analysed: impossible,
  failed: impossible,
  recovered: impossible,
} as const;

const CLOSED: Row = {
  saved: stay,
  changed: stay,
  job_arrived: stay,
  epoch_stepped: stay,
  damage_found: stay,
  commit_moved: stay,
  look_due: stay,
  looked: stay,
  cancel: stay,
  close: stay,
  started: stay,
  fetched: stay,
  judged: stay,
  folded: stay,
  compared: stay,
  appended: stay,
  analysed: stay,
  failed: stay,
  recovered: stay,
};

/** The total transition table: one cell for each event in each activity. A missing case does not compile. */
export const TRANSITIONS: { readonly [Kind in Activity['kind']]: Row } = {
  starting: { ...OUTSIDE, ...UNENDED, started: ends.onStarted },
  idle: { ...OUTSIDE, ...UNENDED },
  fetching: { ...OUTSIDE, ...UNENDED, fetched: ends.onFetched, failed: ends.onFailed },
  judging: { ...OUTSIDE, ...UNENDED, judged: ends.onJudged, failed: ends.onFailed },
  folding: { ...OUTSIDE, ...UNENDED, folded: ends.onFolded, failed: ends.onFailed },
  reconciling: { ...OUTSIDE, ...UNENDED, compared: ends.onCompared, failed: ends.onFailed },
  appending: { ...OUTSIDE, ...UNENDED, appended: ends.onAppended, failed: ends.onFailed },
  analysing: { ...OUTSIDE, ...UNENDED, cancel: news.onCancel, analysed: ends.onAnalysed, failed: ends.onFailed },
  recovering: { ...OUTSIDE, ...UNENDED, recovered: ends.onRecovered },
  closed: CLOSED,
};

/** One step: from a session and an event to the next session and its effects. An idle session begins a pending task. Pure. */
export function step(before: Session, event: Event): Step {
  const cell = TRANSITIONS[before.activity.kind][event.kind] as Cell<Event['kind']>;
  const { session, effects } = cell(before, event);
  if (session.activity.kind !== 'idle') return { session, effects };
  const next = begin(session);
  return { session: next.session, effects: [...effects, ...next.effects] };
}

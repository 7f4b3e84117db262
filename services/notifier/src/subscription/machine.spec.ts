import fc from 'fast-check';
import { INITIAL, type Control, type Effect, type Event } from './control.ts';
import { TRANSITIONS, step } from './machine.ts';

const EVENTS: readonly Event[] = [
  { kind: 'woken' },
  { kind: 'drained' },
  { kind: 'paused' },
  { kind: 'resumed', isBehind: true },
  { kind: 'resumed', isBehind: false },
  { kind: 'doubted' },
  { kind: 'ended', why: { kind: 'left' } },
  { kind: 'introduced' },
  { kind: 'full' },
  { kind: 'nothing_left' },
  { kind: 'ahead' },
  { kind: 'older' },
  { kind: 'not_due', ms: 1 },
  { kind: 'turn_over' },
  { kind: 'reached' },
  { kind: 'off_timeline' },
  { kind: 'page_came' },
  { kind: 'end_is_ahead' },
  { kind: 'due' },
  { kind: 'turn_came' },
];
const OF_THE_LOOP = EVENTS.slice(
  EVENTS.findIndex(({ kind }) => kind === 'introduced'),
  EVENTS.findIndex(({ kind }) => kind === 'page_came'),
);

/** The event that ends each wait, and the effect that begins it. */
const WAITS = {
  draining: { ends: 'drained', begins: undefined },
  reading: { ends: 'page_came', begins: 'read_page' },
  pacing: { ends: 'due', begins: 'wait' },
  yielding: { ends: 'turn_came', begins: 'yield' },
  judging_end: { ends: 'end_is_ahead', begins: 'judge_end' },
} as const;

/** Whether an event can happen: the loop and the waits end only while they are under way, and only the introduction can be introduced. */
function canHappen({ kind, mode }: Control, event: Event): boolean {
  const ended = Object.entries(WAITS).find(([, { ends }]) => ends === event.kind)?.[0];
  if (ended !== undefined && event.kind !== 'drained') return kind === ended;
  if (!OF_THE_LOOP.includes(event)) return true;
  return kind === 'sending' && (event.kind === 'introduced' || event.kind === 'full' ? true : mode !== 'introduction');
}

type Seen = { readonly before: Control; readonly event: Event; readonly control: Control; readonly effects: readonly Effect[] };

/** The steps that follow from choices among the events that can happen. */
function run(choices: readonly number[]): Seen[] {
  let control = INITIAL;
  return choices.map((choice) => {
    const before = control;
    const possible = EVENTS.filter((event) => canHappen(before, event) && !(event.kind === 'introduced' && before.mode !== 'introduction'));
    const event = possible[choice % possible.length]!;
    const next = step(before, event);
    control = next.control;
    return { before, event, control, effects: next.effects };
  });
}

function always(property: (steps: readonly Seen[]) => boolean): void {
  const check = fc.check(
    fc.property(fc.array(fc.nat(), { maxLength: 80 }), (choices) => property(run(choices))),
    { numRuns: 2_000 },
  );
  expect(check.failed)
    .withContext(fc.defaultReportMessage(check) ?? '')
    .toBeFalse();
}

const does = (effects: readonly Effect[], what: Effect['do']): boolean => effects.some((effect) => effect.do === what);

describe('The machine of a subscription', () => {
  it('has an answer to every event in every state', () => {
    const events = [...new Set(EVENTS.map(({ kind }) => kind))].sort();
    for (const row of Object.values(TRANSITIONS)) expect(Object.keys(row).sort()).toEqual(events);
  });

  it('begins a wait when it enters the state of that wait, and leaves the state only when the wait or the subscription ends', () => {
    always((steps) =>
      steps.every(({ before, event, control, effects }) => {
        const isSound = Object.entries(WAITS).map(([kind, { ends, begins }]) => {
          const hasBegun = begins !== undefined && does(effects, begins);
          const hasEntered = before.kind !== kind && control.kind === kind;
          const mayLeave = event.kind === ends || event.kind === 'ended';
          return (begins === undefined || hasBegun === hasEntered) && (before.kind !== kind || control.kind === kind || mayLeave);
        });
        return isSound.every(Boolean);
      }),
    );
  });

  it('sends a subscriber that has paused nothing but its introduction', () => {
    always((steps) =>
      steps.every(({ control, effects }) => {
        const isSending = control.kind === 'sending' || does(effects, 'send');
        return !isSending || !control.isPaused || control.mode === 'introduction';
      }),
    );
  });

  it('says in turn that a subscriber has caught up and that it has fallen behind', () => {
    always((steps) => {
      const told = steps.flatMap(({ effects }) => effects.filter((effect) => effect.do.startsWith('tell_')));
      return told.every((effect, i) => effect.do === (i % 2 === 0 ? 'tell_caught_up' : 'tell_fell_behind'));
    });
  });

  it('judges the place after a page that was under way when the log was doubted', () => {
    always((steps) => {
      let isDoubted = false;
      return steps.every(({ before, event, effects }) => {
        if (before.kind !== 'reading') isDoubted = false;
        if (before.kind === 'reading' && event.kind === 'doubted') isDoubted = true;
        return before.kind !== 'reading' || event.kind !== 'page_came' || does(effects, 'judge') === isDoubted;
      });
    });
  });

  it('does nothing more once it is closed', () => {
    always((steps) => {
      const closed = steps.filter(({ before }) => before.kind === 'closed');
      return closed.every(({ before, control, effects }) => control === before && effects.length === 0);
    });
  });
});

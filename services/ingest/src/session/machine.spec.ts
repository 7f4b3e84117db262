import fc from 'fast-check';
import { TRANSITIONS, step } from './machine.ts';
import { INITIAL, type Session } from './model.ts';
import { World } from './specs/world.ts';

const PATHS = ['a', 'b', 'c', 'd', 'e', 'f'];
const path = fc.constantFrom(...PATHS);

/** What may happen to a session, as a move of its world. */
const move = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('save' as const), path, reported: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), path, reported: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('request' as const), force: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), path }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('damage' as const), path }) },
  { weight: 1, arbitrary: fc.constant({ do: 'changed' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'commit' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'cancel' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'look' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'end look' as const }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      end: fc.constantFrom('well', 'error', 'told'),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 8, arbitrary: fc.constant({ do: 'end' as const, end: 'well' as const, share: 0.5 }) },
);
type Move = typeof move extends fc.Arbitrary<infer Of> ? Of : never;

function make(world: World, made: Move): void {
  switch (made.do) {
    case 'save':
      return world.save(made.path, made.reported);
    case 'remove':
      return world.remove(made.path, made.reported);
    case 'request':
      return world.request(made.force);
    case 'lose':
      return world.lose(made.path);
    case 'damage':
      return world.damage(made.path);
    case 'changed':
      return world.happen({ kind: 'changed' });
    case 'commit':
      return world.happen({ kind: 'commit_moved' });
    case 'cancel':
      return world.happen({ kind: 'cancel' });
    case 'look':
      return world.happen({ kind: 'look_due' });
    case 'end look':
      return world.endLook();
    case 'end':
      return world.endTask(made.end, made.share);
  }
}

function after(moves: readonly Move[]): World {
  const world = new World();
  for (const each of moves) make(world, each);
  return world;
}

function holds(property: (world: World) => boolean, admits: (made: Move) => boolean = () => true): void {
  const check = fc.check(
    fc.property(fc.array(move, { maxLength: 60 }), (moves) => property(after(moves.filter(admits)))),
    { numRuns: 3_000 },
  );
  expect(check.failed)
    .withContext(fc.defaultReportMessage(check) ?? '')
    .toBeFalse();
}

describe('The machine of a session', () => {
  it('does at most one task at a time, and cancels nothing but an analysis', () => {
    holds((world) => {
      world.settleAndLook();
      return world.faults.length === 0;
    });
  });

  it('leaves nothing unsaid that changed, unless an analysis was cancelled: then until the next save', () => {
    holds((world) => {
      world.settleAndLook();
      if (world.isResting) world.save('a', true);
      world.settleAndLook();
      return world.isInStep && !world.isResting;
    });
  });

  it('leaves nothing unsaid that was reported, whatever fails and whatever the log loses, without looking for it', () => {
    const isReported = (made: Move): boolean =>
      made.do === 'save' || made.do === 'remove' ? made.reported : made.do !== 'end' || made.end !== 'told';
    holds((world) => {
      world.settle();
      return world.isInStep || world.isResting;
    }, isReported);
  });

  it('leaves no job in the list', () => {
    holds((world) => {
      world.settle();
      return world.jobsLeft === 0;
    });
  });

  it('says nothing twice', () => {
    holds((world) => {
      world.settleAndLook();
      return world.repeats === 0;
    });
  });

  it('leaves alone what a cancelled analysis would have said, until somebody saves or requests an analysis', () => {
    const world = new World();
    for (const each of PATHS) world.save(each, true);
    world.settle();
    world.request(true);
    world.endTask(); // the list is asked
    for (const each of PATHS) world.save(each, false);
    world.happen({ kind: 'cancel' });
    world.endTask('well', 0);
    const said = new Map(world.said);
    world.settleAndLook();
    expect(world.said).toEqual(said);
    expect(world.isResting).toBeTrue();
    world.request(false);
    world.settle();
    expect(world.isInStep).toBeTrue();
  });

  it('renews the watch when a look finds what the watcher did not report, until nothing more is found', () => {
    const world = new World();
    world.save('a', true);
    world.settle();
    world.save('b', false);
    const renewals = (): number => world.renewals;
    world.settleAndLook();
    expect(renewals()).toBe(1);
    world.settleAndLook();
    expect(renewals()).toBe(1);
  });

  it('still renews the watch if a job is analysed between the change and the comparison', () => {
    const world = new World();
    world.settle();
    world.request(false);
    world.happen({ kind: 'changed' });
    world.settle();
    expect(world.renewals).toBe(1);
    expect(world.session.renewalDue).toBeFalse();
  });

  it('waits longer after each failure in a row, and forgets them with the first success', () => {
    let session: Session = step(INITIAL, { kind: 'started' }).session;
    const waits: number[] = [];
    for (let i = 0; i < 3; i++) {
      const failed = step(session, { kind: 'failed', why: 'error' });
      for (const effect of failed.effects) if (effect.do === 'wait') waits.push(effect.failures);
      session = step(failed.session, { kind: 'recovered' }).session;
    }
    expect(waits).toEqual([0, 1, 2]);
    session = step(session, { kind: 'fetched', job: undefined }).session;
    expect(session.failures).toBe(0);
  });

  it('fetches a job that arrived while the list was asked and found empty', () => {
    const asked = step(INITIAL, { kind: 'started' });
    const arrived = step(asked.session, { kind: 'job_arrived' });
    const answered = step(arrived.session, { kind: 'fetched', job: undefined });
    expect(answered.effects).toEqual([{ do: 'fetch_job' }]);
  });

  it('does nothing more once it is closed', () => {
    const { session, effects } = step(INITIAL, { kind: 'close' });
    expect(effects).toEqual([{ do: 'stop' }]);
    for (const cell of Object.values(TRANSITIONS.closed))
      expect((cell as (of: Session) => unknown)(session)).toEqual({ session, effects: [] });
  });
});

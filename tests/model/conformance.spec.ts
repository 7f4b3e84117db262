import fc from 'fast-check';
import { eventually } from '../support/eventually.ts';
import { useLog } from '../support/use-log.ts';
import { SideBySide, type Answers, type Place } from './side-by-side.ts';

const SEED = 2026;
const TRACES = 150;
const ACTIONS = 24;

type Action = { readonly name: string; readonly run: (both: SideBySide) => Promise<Answers | undefined> };

const EPOCHS: Action = { name: 'epochs', run: (both) => both.epochs() };

const context = useLog({ appendonly: true });

const producer = fc.constantFrom(0 as const, 1 as const);
const size = fc.constantFrom(1 as const, 2 as const);
const place: fc.Arbitrary<Place> = fc.record({
  epoch: fc.oneof({ weight: 9, arbitrary: fc.nat(8) }, { weight: 1, arbitrary: fc.constant('newer' as const) }),
  seq: fc.nat(9),
});

function by(name: string, run: (both: SideBySide) => Promise<Answers | undefined>): fc.Arbitrary<Action> {
  return fc.constant({ name, run });
}

function at(name: string, run: (both: SideBySide, place: Place) => Promise<Answers>): fc.Arbitrary<Action> {
  return place.map((where) => ({ name: `${name} ${String(where.epoch)}-${String(where.seq)}`, run: (both) => run(both, where) }));
}

/** FLUSHALL and a restart within one second make numbers that are used once, but may fall: the model has no such seconds. */
async function restart(both: SideBySide): Promise<undefined> {
  await eventually(() => Math.floor(Date.now() / 1_000) > both.newestSecond);
  await context.server.restart();
  both.restarted();
}

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(producer, fc.array(size, { minLength: 1, maxLength: 2 })).map(([who, counts]) => ({
      name: `producer ${String(who)} appends ${counts.join(' and ')}`,
      run: (both: SideBySide) => both.append(who, counts),
    })),
  },
  {
    weight: 3,
    arbitrary: fc.nat(20).map((index) => ({ name: `retry of ${String(index)}`, run: (both: SideBySide) => both.retry(index) })),
  },
  { weight: 8, arbitrary: at('judge', (both, where) => both.judge(where)) },
  { weight: 5, arbitrary: at('read', (both, where) => both.read(where)) },
  { weight: 3, arbitrary: at('trim', (both, where) => both.trim(where)) },
  { weight: 4, arbitrary: by('save', (both) => both.save()) },
  { weight: 2, arbitrary: by('check', (both) => both.check()) },
  { weight: 1, arbitrary: fc.constant(EPOCHS) },
  { weight: 1, arbitrary: by('FLUSHALL', (both) => both.flushall()) },
  { weight: 1, arbitrary: by('delete stream', (both) => both.deleteStream()) },
  { weight: 1, arbitrary: by('delete meta', (both) => both.deleteMeta()) },
  { weight: 1, arbitrary: by('delete epochs', (both) => both.deleteEpochs()) },
);

async function conforms(actions: readonly Action[], graph: string): Promise<void> {
  const both = new SideBySide(context.redis, graph);
  await both.check();
  const done: string[] = [];
  for (const { name, run } of [...actions, EPOCHS]) {
    done.push(name);
    const answers = await run(both);
    if (answers !== undefined) expect(answers[1]).withContext(done.join(', ')).toEqual(answers[0]);
  }
}

describe('The real log', () => {
  it('answers like the model, whatever is done to it', async () => {
    let graphs = 0;
    const traces = fc.array(action, { minLength: ACTIONS, maxLength: ACTIONS });
    const property = fc.asyncProperty(traces, (actions) => conforms(actions, `g${String(graphs++)}`));
    await fc.assert(property, { seed: SEED, numRuns: TRACES });
  }, 60_000);

  it('answers like the model, also over restarts', async () => {
    let graphs = 0;
    const piece = fc.array(action, { minLength: 5, maxLength: 5 });
    const traces = fc.tuple(piece, piece).map(([before, after]) => [...before, { name: 'restart', run: restart }, ...after]);
    const property = fc.asyncProperty(traces, (actions) => conforms(actions, `r${String(graphs++)}`));
    await fc.assert(property, { seed: SEED, numRuns: 10 });
  }, 60_000);
});

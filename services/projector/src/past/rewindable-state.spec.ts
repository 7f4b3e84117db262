import { lanesToHex, offset, type NewFact, type Offset } from '@graphtail/facts';
import { GraphRegistry, connect, openLog, type FactLog } from '@graphtail/log';
import fc from 'fast-check';
import { producerFor } from '../../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../../tests/support/redis.ts';
import { stats } from '../queries/stats.ts';
import { RESET, added, deleted, folded, nodeNamed, nodeUpdated, related } from '../../testing/facts.ts';
import { fromTheBeginning } from '../folding/restore.ts';
import { RewindableState } from './rewindable-state.ts';

const IDS = ['a.ts', 'a.ts#run', 'a.ts#"odd\\id"', 'b.ts#main'];
const some = fc.constantFrom(...IDS);
const text = fc.constantFrom('Says "x":null here.', 'Runs.\nTwice.', 'ünïcödé ✓');
const fact: fc.Arbitrary<NewFact> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(some, text, fc.integer({ min: 1, max: 60 }))
      .map(([id, docstring, complexity]) => added(nodeNamed(id, { docstring, complexity }))),
  },
  { weight: 3, arbitrary: some.map((id) => nodeUpdated(nodeNamed(id), { complexity: 7 })) },
  { weight: 2, arbitrary: some.map((id) => deleted(nodeNamed(id))) },
  { weight: 4, arbitrary: fc.tuple(some, some).map(([from, to]) => added(related(from, 'calls', to))) },
  { weight: 2, arbitrary: fc.tuple(some, some).map(([from, to]) => deleted(related(from, 'calls', to))) },
  { weight: 1, arbitrary: fc.constant(RESET) },
);

describe('A state that moves along the log', () => {
  let server: TestRedis;
  let redis: ReturnType<typeof connect>;
  const never = new AbortController().signal;
  let graphs = 0;

  beforeAll(async () => {
    server = await startRedis();
    redis = connect(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  async function logOf(facts: readonly NewFact[], inBatch: number): Promise<{ log: FactLog; at: (seq: number) => Offset }> {
    const name = `g${String(++graphs)}`;
    await new GraphRegistry(redis).add(name, '/');
    const log = openLog(redis, name);
    const producer = await producerFor(log);
    for (let i = 0; i < facts.length; i += inBatch) await producer.append([facts.slice(i, i + inBatch)], () => undefined);
    const { epoch } = await log.state();
    return { log, at: (seq) => (seq === 0 ? ('0-0' as Offset) : offset(epoch, seq)) };
  }
  const beginning = async (log: FactLog) => {
    const { cursor, state } = await fromTheBeginning(log);
    return new RewindableState(log, cursor, state);
  };

  it('equals at each offset a fold up to there, indexes included, whichever offset it came from', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(30), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        async (facts, places, inBatch) => {
          const { log, at } = await logOf(facts, inBatch);
          const state = await beginning(log);
          for (const place of places.map((each) => each % (facts.length + 1))) {
            const there = await state.moveTo(at(place), never);
            const expected = folded(facts.slice(0, place));
            expect(there.cursor).toBe(at(place));
            expect(there.digest).toBe(expected.digest);
            expect([...there.nodes].map(([id, { value }]) => [id, value]).sort()).toEqual(
              [...expected.nodes].map(([id, { value }]) => [id, value]).sort(),
            );
            expect([...there.nodes.values()].map(({ hash }) => lanesToHex(hash)).sort()).toEqual(
              [...expected.nodes.values()].map(({ hash }) => lanesToHex(hash)).sort(),
            );
            expect(stats(there)).toEqual(stats(expected));
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('can be copied, and the copy moves alone', async () => {
    const facts = IDS.map((id) => added(nodeNamed(id)));
    const { log, at } = await logOf(facts, 2);
    const one = await beginning(log);
    const there = await one.moveTo(at(4), never);
    const other = await one.copy().moveTo(at(1), never);
    expect([there.nodes.size, other.nodes.size]).toEqual([4, 1]);
  });

  it('stops moving when it is no longer needed, and later moves on from there', async () => {
    const facts = Array.from({ length: 3_000 }, (_, i) => added(nodeNamed(`a.ts#f${String(i)}`)));
    const { log, at } = await logOf(facts, 200);
    const state = await beginning(log);
    await expectAsync(state.moveTo(at(3_000), AbortSignal.abort())).toBeRejected();
    expect((await state.moveTo(at(3_000), never)).nodes.size).toBe(3_000);
  });
});

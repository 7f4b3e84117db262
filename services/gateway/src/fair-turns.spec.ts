import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FairTurns } from './fair-turns.ts';

const KIB = 1024;
const source = (): Readable => new Readable({ read: () => undefined }).resume();

describe('turns of the event loop', () => {
  it('hold a busy source when the turn is used up, until a later turn', async () => {
    const turns = new FairTurns();
    const sources = Array.from({ length: 100 }, source);
    for (const one of sources) turns.spend(one, 64 * KIB);
    const held = sources.filter((one) => one.isPaused());
    expect(held.length).toBe(69); // 2 MiB are 32 chunks; the last of them holds its own source
    await nextTurn();
    expect(held.filter((one) => one.isPaused()).length).toBe(37);
    for (let i = 0; i < 2; i++) await nextTurn();
    expect(sources.filter((one) => one.isPaused())).toEqual([]);
  });

  it('do not hold a source of single facts, and put a drained source behind the waiting ones', async () => {
    const turns = new FairTurns();
    const [greedy, modest, drained] = [source(), source(), source().pause()];
    turns.spend(greedy, 3_000 * KIB);
    turns.spend(modest, 2 * KIB);
    turns.resume(drained);
    expect([greedy, modest, drained].map((one) => one.isPaused())).toEqual([true, false, true]);
    await nextTurn();
    expect([greedy, drained].map((one) => one.isPaused())).toEqual([false, false]);
  });

  it('start from zero: what was forwarded in one does not count in the next', async () => {
    const turns = new FairTurns();
    const one = source();
    for (let i = 0; i < 100; i++) {
      turns.spend(one, 64 * KIB);
      await nextTurn();
    }
    expect(one.isPaused()).toBeFalse();
  });
});

import { Pacer } from './pacer.ts';

describe('a pace', () => {
  it('[S15] makes the first fact due at once, and each other as long after it as it happened after it, times the speed', () => {
    const pacer = new Pacer(2);

    expect([1_000, 1_500, 3_000].map((time) => pacer.dueIn(time, 90_000))).toEqual([0, 250, 1_000]);
    expect(pacer.dueIn(3_000, 91_000)).toBe(0);
  });

  it('does not wait for a fact without a time', () => {
    const pacer = new Pacer(1);
    pacer.dueIn(1_000, 0);

    expect(pacer.dueIn(NaN, 0)).toBe(0);
  });

  it('[S15a] stands still while it is held, however often that is asked for', () => {
    const pacer = new Pacer(1);
    pacer.dueIn(1_000, 0);
    pacer.hold(100);
    pacer.hold(5_000);
    pacer.goOn(60_100);

    expect(pacer.dueIn(1_500, 60_100)).toBe(400);
    pacer.goOn(99_000);
    expect(pacer.dueIn(1_500, 60_100)).toBe(400);
  });
});

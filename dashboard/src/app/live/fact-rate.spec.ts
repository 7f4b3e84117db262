import { FactRate } from './fact-rate.ts';

const NOW = 1_800_000_000_000;

describe('FactRate', () => {
  it('is the mean of the last five whole seconds', () => {
    const rate = new FactRate();
    rate.add(NOW - 2000, 10, NOW);
    expect(rate.now(NOW)).toBe(2);
  });

  it('counts a replayed fact at its append time, not at its arrival', () => {
    const rate = new FactRate();
    rate.add(NOW - 60_000, 200, NOW);
    expect(rate.now(NOW)).toBe(0);
    expect(Math.max(...rate.history(NOW))).toBeCloseTo(200 / 3);
    expect(rate.history(NOW).findIndex((value) => value > 0)).toBe(20);
  });

  it('falls to zero with time alone', () => {
    const rate = new FactRate();
    rate.add(NOW, 100, NOW);
    expect(rate.now(NOW + 60_000)).toBe(0);
    expect(rate.history(NOW + 300_000).every((value) => value === 0)).toBeTrue();
  });

  it('treats a time ahead of its own clock as now', () => {
    const rate = new FactRate();
    rate.add(NOW + 90_000, 10, NOW);
    expect(rate.now(NOW + 2000)).toBe(2);
  });
});

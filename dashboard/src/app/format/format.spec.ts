import { milliseconds, rate, short, whole } from './numbers.ts';
import { ago, lasting } from './time.ts';

describe('figures', () => {
  it('that are unknown are shown as unknown, never as 0', () => {
    for (const told of [whole(undefined), short(undefined), rate(undefined), milliseconds(undefined)]) expect(told).toBe('–');
    expect(whole(0)).toBe('0');
  });

  it('are short enough for their place', () => {
    expect(short(12_408)).toBe('12,408');
    expect(short(1_240_800)).toBe('1.2M');
    expect(rate(2.44)).toBe('2.4');
    expect(rate(1204)).toBe('1,204');
    expect(milliseconds(0.84)).toBe('0.8');
    expect(milliseconds(18.4)).toBe('18');
  });
});

describe('times', () => {
  it('are shown in one unit', () => {
    const now = Date.now();
    expect(ago(now - 400, now)).toBe('now');
    expect(ago(now - 12_900, now)).toBe('12 s');
    expect(ago(now - 4 * 60_000, now)).toBe('4 min');
    expect(ago(now - 5 * 3_600_000, now)).toBe('5 h');
    expect(ago(now - 50 * 3_600_000, now)).toBe('2 d');
  });

  it('that are ahead of this clock count as now', () => {
    expect(ago(Date.now() + 5000, Date.now())).toBe('now');
  });

  it('show durations in useful units', () => {
    expect(lasting(820)).toBe('820 ms');
    expect(lasting(3214)).toBe('3.2 s');
    expect(lasting(125_000)).toBe('2 min 5 s');
    expect(lasting(4_320_000)).toBe('1 h 12 min');
  });
});

import { until } from '../../testing/stage.ts';
import { Paint } from './paint.ts';

function frames(count: number): Promise<void> {
  return new Promise((resolve) => {
    const next = (left: number): void => {
      if (left === 0) resolve();
      else requestAnimationFrame(() => next(left - 1));
    };
    next(count);
  });
}

describe('Paint', () => {
  it('runs once a frame, however often it is requested', async () => {
    let runs = 0;
    const paint = new Paint(() => (runs += 1));
    for (let i = 0; i < 10_000; i++) paint.request();
    await frames(3);
    expect(runs).toBe(1);
  });

  it('runs at most once in its interval, and does not forget the last request', async () => {
    const times: number[] = [];
    const paint = new Paint(() => times.push(performance.now()), 250);
    const end = performance.now() + 900;
    while (performance.now() < end) {
      paint.request();
      await frames(1);
    }
    expect(times.length).toBeGreaterThan(1);
    expect(times.length).toBeLessThanOrEqual(5);
    times.slice(1).forEach((time, index) => expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(245));
    const before = times.length;
    paint.request();
    await until(() => times.length > before, 'the last request');
  });

  it('does not run once cancelled', async () => {
    let runs = 0;
    const paint = new Paint(() => (runs += 1));
    paint.request();
    paint.cancel();
    await frames(2);
    expect(runs).toBe(0);
  });
});

import { backoffMs } from './backoff.ts';

describe('Backoff', () => {
  it('is random below a limit that doubles with each attempt up to a maximum', () => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const tries = Array.from({ length: 50 }, () => backoffMs(attempt, 100, 5_000));
      const bound = Math.min(5_000, 100 * 2 ** attempt);
      expect(tries.every((ms) => ms >= 0 && ms <= bound)).toBeTrue();
      expect(Math.max(...tries) - Math.min(...tries)).toBeGreaterThan(bound / 3);
    }
  });
});

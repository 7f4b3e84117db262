import { Progress } from './progress.ts';

describe('Progress', () => {
  it('is reported when a phase begins, however soon after the last report, and then not again at once', () => {
    const progress = new Progress('a');
    const told = (['parsing', 'parsing', 'resolving', 'resolving', 'appending'] as const).map(
      (phase) => progress.fact(phase, 1, 2, '') !== undefined,
    );
    expect(told).toEqual([true, false, true, false, true]);
  });
});

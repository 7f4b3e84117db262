import { Progress } from './progress.ts';

describe('Progress', () => {
  it('is told when a phase begins, however little time that is after the last, and then not at once again', () => {
    const progress = new Progress('a');
    const told = (['parsing', 'parsing', 'resolving', 'resolving', 'appending'] as const).map(
      (phase) => progress.fact(phase, 1, 2, '') !== undefined,
    );
    expect(told).toEqual([true, false, true, false, true]);
  });
});

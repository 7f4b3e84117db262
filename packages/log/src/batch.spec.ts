import { ZERO, offset, type Offset } from '@graphtail/facts';
import { continues, isContiguous, type Batch } from './batch.ts';

function batch(prev: Offset, through: Offset, count: number): Batch {
  return { prev, through, count, appendedAt: 0, batchId: '', digest: ZERO, bytes: 0, payload: '' };
}

describe('A batch', () => {
  const opensEpoch = batch(offset(1, 4), offset(2, 7), 3);

  it('[C2] continues the cursor before it, also of the epoch before, and cursors of its own epoch inside it', () => {
    for (const cursor of [offset(1, 4), offset(2, 5), offset(2, 6)]) expect(continues(opensEpoch, cursor)).withContext(cursor).toBeTrue();
  });

  it('[C2] continues no other cursor: not its own end, not one of a lost timeline, not one that never existed', () => {
    const others = [offset(2, 7), offset(2, 8), offset(1, 5), offset(1, 6), offset(1, 3), offset(2, 4), offset(2, 3), offset(3, 5)];
    for (const cursor of others) expect(continues(opensEpoch, cursor)).withContext(cursor).toBeFalse();
  });

  it("[C2] follows another batch without a gap only if it begins at that batch's end", () => {
    const next = batch(offset(2, 7), offset(2, 9), 2);
    expect(isContiguous([opensEpoch, next], offset(2, 5))).toBeTrue();
    expect(isContiguous([opensEpoch, batch(offset(2, 8), offset(2, 9), 1)], offset(1, 4))).toBeFalse();
    expect(isContiguous([next], offset(1, 4))).toBeFalse();
  });
});

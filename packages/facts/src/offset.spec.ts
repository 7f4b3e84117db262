import fc from 'fast-check';
import { ORIGIN, compareOffsets, isOffset, offset, parseOffset, partsOf } from './offset.ts';

const part = fc.nat({ max: Number.MAX_SAFE_INTEGER });

describe('An offset', () => {
  it('[L1] keeps both integers below 2^53 exactly', () => {
    fc.assert(
      fc.property(part, part, (epoch, seq) => {
        expect(partsOf(parseOffset(offset(epoch, seq)))).toEqual({ epoch, seq });
      }),
    );
  });

  it('[L1a] is ordered by numbers, epoch first and then seq, not as text', () => {
    expect(compareOffsets(parseOffset('1-10'), parseOffset('1-9'))).toBeGreaterThan(0);
    expect(compareOffsets(parseOffset('2-1'), parseOffset('10-1'))).toBeLessThan(0);
    expect(compareOffsets(ORIGIN, parseOffset('0-0'))).toBe(0);
  });

  it('[L1] is refused unless it is two plain integers below 2^53', () => {
    for (const text of [
      '',
      '1',
      '1-',
      '-1',
      '1-2-3',
      '01-2',
      '1-02',
      '1.5-2',
      '1e3-2',
      ' 1-2',
      '9007199254740992-1',
      '1-99999999999999999',
    ])
      expect(isOffset(text)).withContext(text).toBe(false);
    expect(() => parseOffset('x')).toThrowError(RangeError);
  });
});

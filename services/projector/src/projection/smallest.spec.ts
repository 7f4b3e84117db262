import fc from 'fast-check';
import { smallest } from './smallest.ts';

describe('smallest', () => {
  it('is the beginning of the sorted list', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(20), (items, count) => {
        const order = (a: number, b: number) => a - b;
        expect(smallest(items, count, order)).toEqual([...items].sort(order).slice(0, count));
      }),
    );
  });
});

import fc from 'fast-check';
import { Adjacency } from './adjacency.ts';

describe('the relationships of a node', () => {
  it('are those that end at it, in their order, and each is of one node', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(), { maxLength: 60 }), (size, numbers) => {
        const ends = Uint32Array.from(numbers, (number) => number % size);
        const adjacency = new Adjacency(ends, size);
        for (let row = 0; row < size; row++) {
          expect([...adjacency.of(row)]).toEqual([...ends.keys()].filter((each) => ends[each] === row));
        }
      }),
    );
  });
});

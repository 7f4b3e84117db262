import { barsOf } from './graph-contents.ts';

describe('barsOf', () => {
  it('puts the greatest first and scales the others by it', () => {
    expect(barsOf({ class: 5, function: 10, enum: 0 })).toEqual([
      { name: 'function', count: 10, share: 1 },
      { name: 'class', count: 5, share: 0.5 },
    ]);
  });

  it('is empty for an empty input', () => {
    expect(barsOf({})).toEqual([]);
  });
});

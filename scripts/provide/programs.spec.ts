import { join, relative } from 'node:path';
import { CACHE } from './programs.ts';

describe('What Graphtail brings for itself', () => {
  it("is kept in the user's cache, not in the checkout", () => {
    expect(relative(join(import.meta.dirname, '../..'), CACHE)).toMatch(/^\.\./);
  });
});

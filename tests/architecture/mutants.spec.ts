import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS } from '../mutants/catalogue/index.ts';
import { occurrences } from '../mutants/mutant.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('the mutants', () => {
  it('fit the source: each changed text exists once, and so do the specs that must fail', () => {
    const misfits = MUTANTS.filter(({ file, find, noticedBy }) => {
      const isThere = existsSync(join(ROOT, file)) && occurrences(readFileSync(join(ROOT, file), 'utf8'), find) === 1;
      return !isThere || !noticedBy.every((spec) => existsSync(join(ROOT, spec)));
    });
    expect(misfits.map(({ name }) => name)).toEqual([]);
  });

  it('have unique names', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });
});

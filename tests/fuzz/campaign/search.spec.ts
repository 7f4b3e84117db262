import fc from 'fast-check';
import { search } from './search.ts';

const verdict = (what: string) => ({ what, detail: '', key: what });

describe('the search of a fuzzer', () => {
  const options = { tries: fc.nat(10_000), seed: 1, runs: 500, until: Infinity };

  it('finds the smallest input that fails in the way found first', async () => {
    const found = await search({ ...options, attempt: async (given) => (given >= 100 ? verdict('large') : undefined) });
    expect(found?.least).toBe(100);
  });

  it('does not confuse it with another failure on the way', async () => {
    const found = await search({
      ...options,
      attempt: async (given) => (given >= 5000 ? verdict('large') : given >= 10 && given < 2000 ? verdict('small') : undefined),
    });
    expect(found!.least >= 5000).toBe(found!.verdict.key === 'large');
    expect([10, 5000]).toContain(found!.least);
  });

  it('depends only on its seed', async () => {
    const triedBy = async (seed: number): Promise<number[]> => {
      const tried: number[] = [];
      await search({ ...options, seed, runs: 20, attempt: async (given) => void tried.push(given) });
      return tried;
    };
    expect(await triedBy(7)).toEqual(await triedBy(7));
    expect(await triedBy(7)).not.toEqual(await triedBy(8));
  });

  it('starts nothing after its time is over', async () => {
    let tried = 0;
    await search({ ...options, until: performance.now() - 1, attempt: async () => void tried++ });
    expect(tried).toBe(0);
  });
});

import { Turnstile } from './turnstile.ts';

describe('a turnstile', () => {
  it('lets so many tasks run at once, the others in the order in which they came, whether one fails or not', async () => {
    const turnstile = new Turnstile(2);
    const begun: number[] = [];
    const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const tasks = ends.map(({ promise }, i) =>
      turnstile.pass(() => {
        begun.push(i);
        return promise;
      }),
    );
    expect(begun).toEqual([0, 1]);
    ends[1]!.reject(new Error('failed'));
    await expectAsync(tasks[1]!).toBeRejected();
    expect(begun).toEqual([0, 1, 2]);
    for (const i of [0, 2, 3]) ends[i]!.resolve();
    await Promise.all([tasks[0], tasks[2], tasks[3]]);
    expect(begun).toEqual([0, 1, 2, 3]);
  });
});

import { SharedCall } from './shared-call.ts';

describe('A shared call', () => {
  let running: PromiseWithResolvers<number>[];
  let shared: SharedCall<number>;

  beforeEach(() => {
    running = [];
    shared = new SharedCall(() => {
      const call = Promise.withResolvers<number>();
      running.push(call);
      return call.promise;
    });
  });

  it('runs once for all callers during the run, and again for later callers', async () => {
    const both = [shared.run(), shared.run()];
    running[0]!.resolve(1);
    expect([await Promise.all(both), running.length, shared.underWay]).toEqual([[1, 1], 1, undefined]);
    void shared.run();
    expect(running.length).toBe(2);
  });

  it('rejects for all callers that share it, and runs again afterwards', async () => {
    const both = Promise.allSettled([shared.run(), shared.run()]);
    running[0]!.reject(new Error('away'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = shared.run();
    running[1]!.resolve(2);
    expect(await next).toBe(2);
  });

  for (const outcome of ['resolves', 'rejects'] as const) {
    it(`can begin after the one that runs, whether that ${outcome}`, async () => {
      const first = shared.run().catch(() => 0);
      const second = shared.runAfter();
      if (outcome === 'resolves') running[0]!.resolve(1);
      else running[0]!.reject(new Error('away'));
      await first;
      await Promise.resolve();
      running[1]!.resolve(2);
      expect([await second, running.length]).toEqual([2, 2]);
    });
  }
});

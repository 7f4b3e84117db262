import { useLog } from '../../../tests/support/use-log.ts';
import { Lease } from './lease.ts';

const context = useLog();

describe('A lease', () => {
  it('is held by one, until it lets go', async () => {
    const [a, b] = [new Lease(context.redis, 'g'), new Lease(context.redis, 'g')];
    expect([await a.hold(), await b.hold(), await a.hold()]).toEqual([true, false, true]);
    await b.release();
    expect(await b.hold()).toBeFalse();
    await a.release();
    expect(await b.hold()).toBeTrue();
  });

  it('goes on at once under the same name, as for a process that takes the place of a dead one', async () => {
    const [dead, next, other] = [
      new Lease(context.redis, 'g', 'w'),
      new Lease(context.redis, 'g', 'w'),
      new Lease(context.redis, 'g', 'v'),
    ];
    expect([await dead.hold(), await other.hold(), await next.hold(), await other.hold()]).toEqual([true, false, true, false]);
  });
});

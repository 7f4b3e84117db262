import { useLog } from '../../../tests/support/use-log.ts';
import { Lease } from './lease.ts';

const context = useLog();

describe('A lease', () => {
  it('is held by one owner until it is released', async () => {
    const [a, b] = [new Lease(context.redis, 'g'), new Lease(context.redis, 'g')];
    expect([await a.hold(), await b.hold(), await a.hold()]).toEqual([true, false, true]);
    await b.release();
    expect(await b.hold()).toBeFalse();
    await a.release();
    expect(await b.hold()).toBeTrue();
  });

  it('passes at once to a process with the same name that replaces a dead one', async () => {
    const [dead, next, other] = [
      new Lease(context.redis, 'g', 'w'),
      new Lease(context.redis, 'g', 'w'),
      new Lease(context.redis, 'g', 'v'),
    ];
    expect([await dead.hold(), await other.hold(), await next.hold(), await other.hold()]).toEqual([true, false, true, false]);
  });
});

import { eventually } from '../../../tests/support/eventually.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { Workers } from './workers.ts';

const context = useLog();

describe('Workers', () => {
  it('are those that have appeared and not left, each name once', async () => {
    const [a, b, again] = [new Workers(context.redis), new Workers(context.redis, 'b'), new Workers(context.redis, 'b')];
    expect([await a.appear(), await b.appear(), await again.appear(), await a.appear()]).toEqual([1, 2, 2, 2]);
    await again.leave();
    expect(await a.appear()).toBe(1);
  });

  it('do not include one that has not appeared for the time of a lease', async () => {
    const [alive, dead] = [new Workers(context.redis), new Workers(context.redis)];
    expect([await dead.appear(), await alive.appear()]).toEqual([1, 2]);
    await eventually(async () => (await alive.appear()) === 1);
  });
});

import { ORIGIN, emptyState, epochOf, seqOf, type Offset } from '@graphtail/facts';
import { appendNamed, producerFor } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { Consumers } from './consumers.ts';
import { GraphRemoved } from './errors.ts';
import { addGraph, removeGraph } from './graphs.ts';
import { Jobs } from './jobs.ts';
import { Lease } from './lease.ts';
import { GraphRegistry } from './registry.ts';
import { Snapshots } from './snapshots.ts';

const context = useLog({ appendonly: true });

async function append(...names: string[]): Promise<Offset> {
  await appendNamed(context.log, ...names);
  return (await context.log.state()).head;
}

describe('the log of a graph that is removed', () => {
  const { name, root } = { name: 'g', root: '/g' };

  beforeEach(async () => {
    await addGraph(context.redis, name, root);
  });

  it('[L11] leaves nothing under its hash tag but a tombstone, and is no longer listed', async () => {
    const head = await append('a', 'b');
    const { digest } = await context.log.state();
    expect(await new Snapshots(context.redis, context.log).save(head, digest, emptyState())).toBeTrue();
    await new Consumers(context.redis, context.log).take('me', 's');
    await new Jobs(context.redis).request(name, { analysis_id: 'a', reason: 'r', force: false, reset: false });
    await new Lease(context.redis, name).hold();
    await context.log.damage.note({ through: head, batchId: 'b', reason: 'r' });

    expect(await removeGraph(context.redis, name)).toBeTrue();
    expect(await context.redis.keys(`graphtail:{${name}}:*`)).toEqual([context.log.keys.meta]);
    expect(await new GraphRegistry(context.redis).get(name)).toBeUndefined();
    expect([await context.log.exists(), await context.log.isRemoved()]).toEqual([false, true]);
    expect(await removeGraph(context.redis, name)).toBeFalse();
  });

  it('[L11] is not brought back by a process that has not heard of the removal: neither by a late append nor by a check', async () => {
    const producer = await producerFor(context.log);
    await append('a');
    const late = await producerFor(context.log);
    await removeGraph(context.redis, name);
    for (const each of [producer, late]) {
      await expectAsync(each.append([[]], () => undefined)).toBeResolved();
      const fact = { event_type: 'graph_reset', entity_type: 'graph', entity_id: name, data: { reason: 'late' } } as const;
      await expectAsync(each.append([[fact]], () => undefined)).toBeRejectedWithError(GraphRemoved);
    }
    await expectAsync(context.log.state()).toBeRejectedWithError(GraphRemoved);
    await expectAsync(context.log.judge(ORIGIN)).toBeRejectedWithError(GraphRemoved);
    await expectAsync(context.log.readAfter(ORIGIN)).toBeRejectedWithError(GraphRemoved);
    await expectAsync(context.log.trim(ORIGIN, 0)).toBeRejectedWithError(GraphRemoved);
    await expectAsync(new Consumers(context.redis, context.log).take('me', 's')).toBeRejectedWithError(GraphRemoved);

    expect(await context.redis.keys(`graphtail:{${name}}:*`)).toEqual([context.log.keys.meta]);
  });

  it('[L11b][C3] is new when the graph is added again: old cursors belong to another log, however often that happens', async () => {
    const heads: Offset[] = [];
    for (let round = 0; round < 3; round++) {
      heads.push(await append('a', 'b'));
      await removeGraph(context.redis, name);
      expect(await addGraph(context.redis, name, `/other-${String(round)}`)).toBe('added');
      const { epoch, head } = await context.log.state();

      expect(seqOf(head)).toBe(0);
      expect(epoch).toBeGreaterThan(Math.max(...heads.map(epochOf)));
      for (const old of heads) {
        const verdict = await context.log.judge(old);
        expect(verdict.ok ? 'holds' : verdict.refusal.code).toBe('STREAM_REPLACED');
      }
    }
  });

  it('can be removed again if the removal was cut short', async () => {
    await append('a');
    await context.log.remove([]);
    expect(await removeGraph(context.redis, name)).toBeTrue();
    expect(await addGraph(context.redis, name, root)).toBe('added');
    expect(seqOf(await append('a'))).toBe(1);
  });

  it('[L11b] has another epoch than before, also if Redis was restarted or its memory of epochs is gone', async () => {
    const before = await append('a');
    await removeGraph(context.redis, name);
    await context.redis.call('FUNCTION', 'FLUSH');
    await addGraph(context.redis, name, root);

    expect((await context.log.state()).epoch).toBeGreaterThan(epochOf(before));
  });
});

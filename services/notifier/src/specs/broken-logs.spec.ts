import { offset, epochOf, seqOf } from '@graphtail/facts';
import { Listener } from './listeners.ts';
import { nodeAdded, startStage, type Stage } from './support.ts';

describe('delivery while Redis fails', () => {
  let stage: Stage;
  let listeners: Listener[];

  function listen(parameters: Record<string, string>): Listener {
    const listener = new Listener(stage.url, parameters);
    listeners.push(listener);
    return listener;
  }

  beforeEach(async () => {
    listeners = [];
    stage = await startStage({ appendonly: true });
  });
  afterEach(async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
    await stage.close();
  });

  it('goes on by itself after a restart that lost nothing: subscribers notice a new epoch, no more', async () => {
    const graph = await stage.graph();
    const before = await graph.append(nodeAdded());
    const listener = listen({ graph: graph.name, from: 'earliest', batch: 'true' });
    await listener.reach(before);
    await stage.server.kill();
    await stage.server.restart();
    const after = await graph.append(nodeAdded(), nodeAdded());
    await listener.reach(after);

    expect(epochOf(after)).toBeGreaterThan(epochOf(before));
    expect(listener.offsets).toEqual([before, offset(epochOf(after), 2), after]);
  }, 20_000);

  it('tells a live subscriber that the log was replaced, without waiting for a new fact', async () => {
    const graph = await stage.graph();
    const head = await graph.append(nodeAdded());
    const listener = listen({ graph: graph.name, from: 'earliest' });
    await listener.reach(head);
    await stage.redis.flushall();
    const closed = await listener.whenClosed();

    expect(listener.received.at(-1)).toEqual(jasmine.objectContaining({ type: 'error', code: 'STREAM_REPLACED', retryable: false }));
    expect(closed.code).toBe(4409);
    expect(await stage.metrics()).toContain(`graphtail_log_truncations_total{graph="${graph.name}"} 1`);
  }, 20_000);

  it('tells a subscriber who reads what was trimmed that its cursor is too old, and goes on from what is left for one who asks', async () => {
    const graph = await stage.graph();
    for (let i = 0; i < 4; i++) await graph.append(nodeAdded(), nodeAdded());
    const head = (await graph.log.state()).head;
    // What retention does, without the snapshots that it asks for.
    await stage.redis.xtrim(graph.log.keys.log, 'MINID', offset(epochOf(head), 5));
    await stage.redis.hset(graph.log.keys.meta, 'floor', offset(epochOf(head), 4));
    const refused = listen({ graph: graph.name, from: '0-0' });
    const closed = await refused.whenClosed();
    const content = listen({ graph: graph.name, from: '0-0', on_too_old: 'earliest', batch: 'true' });
    await content.first('caught_up');

    expect(refused.received).toEqual([
      jasmine.objectContaining({ code: 'CURSOR_TOO_OLD', earliest: offset(epochOf(head), 5), resume_at: offset(epochOf(head), 4) }),
    ]);
    expect(closed.code).toBe(4409);
    expect(content.received[0]).toEqual(jasmine.objectContaining({ type: 'subscribed', cursor: offset(epochOf(head), 4) }));
    expect(content.offsets.map(seqOf)).toEqual([5, 6, 7, 8]);
  }, 20_000);

  it('answers at once while Redis is away, with an error that says to retry, and serves again when it is back', async () => {
    const graph = await stage.graph();
    await stage.server.kill();
    const refused = listen({ graph: graph.name });
    const closed = await refused.whenClosed();
    await stage.server.restart();
    const health = async () => (await fetch(`${stage.url}/ready`)).status;
    while ((await health()) !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    const served = listen({ graph: graph.name });
    await served.first('caught_up');

    expect(refused.received).toEqual([jasmine.objectContaining({ type: 'error', code: 'UNAVAILABLE', retryable: true })]);
    expect(closed.code).toBe(1013);
  }, 20_000);
});

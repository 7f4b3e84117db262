import { randomUUID } from 'node:crypto';
import { epochOf, type NewFact, offset, type Offset } from '@graphtail/facts';
import { GraphRegistry, openLog, type FactLog } from '@graphtail/log';
import { damageBatch, garble } from '../../../../tests/support/damage.ts';
import { producerFor } from '../../../../tests/support/log.ts';
import { Listener } from './listeners.ts';
import { nodeAdded, startStage, type Stage } from './support.ts';

async function append(log: FactLog, ...facts: NewFact[]): Promise<void> {
  await (await producerFor(log)).append([facts], () => undefined);
}

describe('delivery from a damaged log', () => {
  let stage: Stage;
  let name: string;
  let log: FactLog;
  let head: Offset;
  let listeners: Listener[];

  const at = (seq: number): Offset => offset(epochOf(head), seq);

  beforeEach(async () => {
    listeners = [];
    stage = await startStage({ appendonly: true });
    // A log of which the notifier has nothing in memory yet.
    name = `g-${randomUUID().slice(0, 8)}`;
    log = openLog(stage.redis, name);
    for (let i = 0; i < 3; i++) await append(log, nodeAdded(), nodeAdded());
    ({ head } = await log.state());
    await damageBatch(stage.redis, log, at(4), garble);
    await new GraphRegistry(stage.redis).add(name, `/${name}`);
  });
  afterEach(async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
    await stage.close();
  });

  function listen(parameters: Record<string, string>): Listener {
    const listener = new Listener(stage.url, { graph: name, ...parameters });
    listeners.push(listener);
    return listener;
  }

  const ways: Readonly<Record<string, Record<string, string>>> = {
    'without a filter': { batch: 'true' },
    'fact by fact': {},
    'with a filter': { types: 'node_added' },
    'with a filter that lets nothing through': { types: 'graph_reset' },
  };
  for (const [how, parameters] of Object.entries(ways)) {
    it(`[L10b] ends ${how} with LOG_DAMAGED, which no retry helps, and says where to go on`, async () => {
      const refused = listen({ from: 'earliest', ...parameters });
      const { code } = await refused.whenClosed();
      expect(code).toBe(4410);
      const message = jasmine.stringContaining(at(4)) as unknown as string;
      expect(refused.received.at(-1)).toEqual(
        jasmine.objectContaining({ type: 'error', code: 'LOG_DAMAGED', message, retryable: false, resume_at: at(4) }),
      );
      expect(refused.offsets.filter((sent) => sent !== at(1) && sent !== at(2))).toEqual([]);

      const resumed = listen({ from: at(4), batch: 'true' });
      await resumed.first('caught_up');
      expect(resumed.offsets).toEqual([at(5), head]);
    });
  }

  it('[E3a] answers 410 to a page and a receipt that the damage is in, and the rest as ever', async () => {
    const ask = async (path: string) => {
      const response = await fetch(`${stage.url}/api/log/${path}${path.includes('?') ? '&' : '?'}graph=${name}`);
      return [response.status, (await response.json()) as Record<string, unknown>] as const;
    };
    expect(await ask(`facts?from=${at(2)}`)).toEqual([410, jasmine.objectContaining({ code: 'LOG_DAMAGED', resume_at: at(4) })]);
    expect(await ask(`receipt?from=${at(3)}&to=${head}`)).toEqual([410, jasmine.objectContaining({ code: 'LOG_DAMAGED' })]);
    expect((await ask(`facts?from=${at(4)}`))[0]).toBe(200);
    expect((await ask(`receipt?from=0-0&to=${head}`))[0]).toBe(200);
  });

  it('[L10b] goes on for who is live where the tail itself comes to damage, and is told', async () => {
    const live = listen({ from: 'latest', batch: 'true' });
    await live.first('caught_up');
    const { epoch, headBatchId } = await log.state();
    await log.append({
      expectedHead: head,
      expectedBatchId: headBatchId,
      batchId: 'garbled',
      through: offset(epoch, 7),
      count: 1,
      sum: { hi: 0, lo: 0 },
      payload: '{"off',
    });
    await live.whenClosed();
    expect(live.received.at(-1)).toEqual(jasmine.objectContaining({ code: 'LOG_DAMAGED', resume_at: offset(epoch, 7) }));
    await append(log, nodeAdded());
    const next = listen({ from: offset(epoch, 7), batch: 'true' });
    await next.reach(offset(epoch, 8));
  });
});

import { ORIGIN } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { connect, follow, openLog } from './index.ts';
import { FaultProxy } from '../../../tests/faults/rig/fault-proxy.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { appendNamed } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';

const RECOVERED_WITHIN_MS = 10_000;

describe('A connection to Redis that swallows what is sent, while new ones work,', () => {
  const stage = useLog();
  let proxy: FaultProxy;
  let clients: Redis[];

  const through = (options: Parameters<typeof connect>[1] = {}): Redis => {
    const client = connect(`redis://127.0.0.1:${String(proxy.port)}`, options);
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    clients = [];
    proxy = await FaultProxy.listen({ port: stage.server.port, redis: true });
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await proxy.close();
  });

  it('is dropped when a command times out', async () => {
    const client = through();
    await client.ping();
    proxy.swallow();
    const began = performance.now();
    await expectAsync(client.ping()).toBeRejected();
    await eventually(() => client.ping().then(Boolean, () => false), RECOVERED_WITHIN_MS);
    expect(performance.now() - began).toBeLessThan(RECOVERED_WITHIN_MS);
  }, 20_000);

  it('does not stop a tail', async () => {
    const stop = new AbortController();
    const blocking = through({ blocking: true });
    const seen: string[] = [];
    const tailing = (async () => {
      for await (const followed of follow(openLog(through(), 'g'), ORIGIN, { signal: stop.signal, blocking })) {
        if (followed.kind === 'batch') seen.push(followed.batch.through);
      }
    })();
    await appendNamed(stage.log, 'a');
    await eventually(() => seen.length === 1);
    proxy.swallow();
    const began = performance.now();
    await appendNamed(stage.log, 'b');
    await eventually(() => seen.length === 2, RECOVERED_WITHIN_MS);
    expect(performance.now() - began).toBeLessThan(RECOVERED_WITHIN_MS);
    // The blocked read itself is on a new connection too: what it brings comes at once, not at the next page.
    await eventually(async () => {
      const sent = performance.now();
      const before = seen.length;
      await appendNamed(stage.log, 'c');
      await eventually(() => seen.length > before);
      return performance.now() - sent < 200;
    }, RECOVERED_WITHIN_MS);
    stop.abort();
    await tailing;
  }, 30_000);
});

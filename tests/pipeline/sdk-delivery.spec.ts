import type { ConnectOptions } from '@graphtail/client';
import { epochOf, offset, stateDigest, type Offset } from '@graphtail/facts';
import { Consumers, GraphRegistry, Snapshots, type Producer } from '@graphtail/log';
import { eventually } from '../support/eventually.ts';
import { factsNamed, producerFor } from '../support/log.ts';
import { startNotifierProcess, type NotifierProcess } from '../support/notifier.ts';
import { Reader } from '../support/reader.ts';
import { useLog } from '../support/use-log.ts';

function range(after: number, through: number): number[] {
  return Array.from({ length: through - after }, (_, index) => after + 1 + index);
}

const WITHIN_MS = 30_000;

describe('the SDK and a real notifier', () => {
  const stage = useLog({ appendonly: true });
  let notifier: NotifierProcess;
  let producer: Producer;
  let readers: Reader[];
  let named = 0;

  beforeEach(async () => {
    await new GraphRegistry(stage.redis).add('g', '/g');
    producer = await producerFor(stage.log);
    notifier = await startNotifierProcess(stage.server.url);
    readers = [];
  });

  afterEach(async () => {
    await Promise.all(readers.map(({ subscription }) => subscription.close()));
    await notifier.stop();
  });

  function read(options: Partial<ConnectOptions> = {}): Reader {
    const reader = new Reader({ url: notifier.url, graph: 'g', from: 'earliest', ...options });
    readers.push(reader);
    return reader;
  }

  /** Appends so many batches of so many facts. */
  async function append(batches: number, facts = 10): Promise<Offset> {
    for (let i = 0; i < batches; i++) {
      await producer.append([factsNamed(...Array.from({ length: facts }, () => `f${String(named++)}`))], () => undefined);
    }
    return producer.position!.head;
  }

  it(
    'a notifier that is killed while facts come: every subscriber gets each fact once, on every transport',
    async () => {
      await append(20);
      const all = [read({ transport: 'websocket' }), read({ transport: 'sse' }), read({ from: 'snapshot' }), read()];
      await Promise.all(all.map(({ subscription }) => eventually(() => subscription.cursor !== undefined)));
      for (let kills = 0; kills < 3; kills++) {
        const appending = append(40);
        await notifier.kill();
        await notifier.start();
        await appending;
      }
      const head = await append(5);
      await Promise.all(all.map((reader) => reader.reached(head)));
      for (const { seqs, state, subscription } of all) {
        expect(seqs).toEqual(range(0, Number(head.split('-')[1])));
        expect(stateDigest(state)).toBe(stateDigest(all[0]!.state));
        expect(subscription.gaps).toBe(0);
        expect((await subscription.verifyReceipt()).status).toBe('proved');
      }
    },
    WITHIN_MS,
  );

  it(
    'reconnects at once to a notifier that stops cleanly',
    async () => {
      const reader = read();
      await reader.reached(await append(1));
      await notifier.stop();
      await notifier.start();
      const restarted = performance.now();
      await reader.reached(await append(1));
      expect(performance.now() - restarted).toBeLessThan(2_000);
    },
    WITHIN_MS,
  );

  it(
    'goes on after a restart of Redis that lost nothing; only the epoch changes',
    async () => {
      const reader = read();
      await reader.reached(await append(3));
      await stage.server.restart();
      await eventually(async () => (await stage.redis.ping().catch(() => '')) === 'PONG');
      producer = await producerFor(stage.log);
      const head = await append(3);
      await reader.reached(head);
      expect(reader.seqs).toEqual(range(0, 60));
      expect(
        new Set(reader.events.flatMap((event) => (event.type === 'facts' ? event.facts.map(({ offset }) => offset.split('-')[0]) : [])))
          .size,
      ).toBe(2);
      expect((await reader.subscription.verifyReceipt()).status).toBe('proved');
    },
    WITHIN_MS,
  );

  it(
    'is refused if the log was replaced, or begins again if that was requested',
    async () => {
      const stops = read();
      const begins = read({ onRefused: 'earliest' });
      const before = await append(1);
      await Promise.all([stops, begins].map((reader) => reader.reached(before)));
      await stage.redis.flushall();
      await new GraphRegistry(stage.redis).add('g', '/g');
      producer = await producerFor(stage.log);
      const head = await append(2, 5);
      await eventually(() => stops.subscription.state === 'refused', 20_000);
      expect(stops.events).toContain(
        jasmine.objectContaining({ type: 'error', error: jasmine.objectContaining({ code: 'STREAM_REPLACED' }) }),
      );
      await begins.reached(head);
      expect(begins.seqs).toEqual(range(0, 10));
      expect(begins.events.some(({ type }) => type === 'restarted')).toBeTrue();
    },
    WITHIN_MS,
  );

  it(
    'folds a saved snapshot and the facts after it to the same state as all facts',
    async () => {
      const everything = read();
      const asOf = await append(5);
      await everything.reached(asOf);
      const { digest } = await stage.log.state();
      expect(await new Snapshots(stage.redis, stage.log).save(asOf, digest, everything.state)).toBeTrue();
      const head = await append(3);
      const short = read({ from: 'snapshot' });
      await Promise.all([everything, short].map((reader) => reader.reached(head)));
      expect(short.seqs).toEqual(range(50, 80));
      expect(stateDigest(short.state)).toBe(stateDigest(everything.state));
      expect(short.state.nodes.size).toBe(80);
    },
    WITHIN_MS,
  );

  it(
    'loses nothing when it iterates slowly, and delays nobody',
    async () => {
      const head = await append(200);
      const slow = read({ to: head });
      const iteration = slow.subscription[Symbol.asyncIterator]();
      let last: Offset | undefined;
      let facts = 0;
      for await (const event of iteration) {
        await new Promise((resolve) => setImmediate(resolve));
        facts += event.facts.length;
        last = event.through;
      }
      expect([facts, last]).toEqual([2_000, head]);
      expect(slow.subscription.state).toBe('ended');
    },
    WITHIN_MS,
  );

  it(
    'keeps a filter that was set in place for what follows filter_updated, also over a restart',
    async () => {
      const reader = read();
      await reader.reached(await append(1));
      reader.subscription.filter({ types: ['node_deleted'] });
      await eventually(() => reader.events.some(({ type }) => type === 'filter_updated'));
      await notifier.kill();
      await notifier.start();
      await reader.reached(await append(2));
      expect(reader.seqs).toEqual(range(0, 10));
    },
    WITHIN_MS,
  );

  for (const transport of ['websocket', 'sse'] as const) {
    it(
      `[S11a][S11d] a consumer goes on where it acknowledged, without a cursor of its own, and is moved by seek (${transport})`,
      async () => {
        const head = await append(1);
        const at = (seq: number): Offset => offset(epochOf(head), seq);
        const consumers = new Consumers(stage.redis, stage.log);
        const first = read({ transport, from: undefined, consumer: 'me' });
        await first.reached(head);
        first.subscription.ack(at(7));
        await eventually(async () => (await consumers.get('me'))?.cursor === at(7));
        await first.subscription.close();
        const second = read({ transport, from: undefined, consumer: 'me' });
        await second.reached(head);
        expect(second.seqs).toEqual(range(7, 10));

        const body = JSON.stringify({ to: at(4) });
        const headers = { 'content-type': 'application/json' };
        await fetch(`${notifier.url}/api/consumers/me/seek?graph=g`, { method: 'POST', headers, body });
        await eventually(() => second.events.some(({ type }) => type === 'restarted'));
        await second.reached(head);
        expect(second.seqs).toEqual(range(4, 10));

        const third = read({ transport, from: undefined, consumer: 'me' });
        await third.reached(head);
        await eventually(() => second.subscription.state === 'refused');
        expect(third.subscription.state).toBe('live');
      },
      WITHIN_MS,
    );
  }

  it(
    'gets one clear refusal for invalid input',
    async () => {
      const cases: [Partial<ConnectOptions>, string][] = [
        [{ graph: 'nowhere' }, 'UNKNOWN_GRAPH'],
        [{ from: '9007199254740991-5' as Offset }, 'CURSOR_IN_FUTURE'],
        [{ types: ['nonsense' as never] }, 'BAD_REQUEST'],
      ];
      for (const transport of ['websocket', 'sse'] as const) {
        for (const [options, code] of cases) {
          const reader = read({ transport, ...options });
          await eventually(() => reader.events.some((event) => event.type === 'error' && event.error.code === code));
          expect(reader.subscription.state).toBe(code === 'CURSOR_IN_FUTURE' ? 'offline' : 'refused');
          await reader.subscription.close();
        }
      }
    },
    WITHIN_MS,
  );
});

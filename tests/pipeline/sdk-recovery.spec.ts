import type { ConnectOptions } from '@graphtail/client';
import { emptyState, evolve, stateDigest, type Fact, type GraphState, type Offset } from '@graphtail/facts';
import { GraphRegistry, Snapshots, decodeFacts } from '@graphtail/log';
import { startByteProxy, type ByteProxy } from '../support/byte-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { factsNamed, producerFor } from '../support/log.ts';
import { startNotifierProcess, type NotifierProcess } from '../support/notifier.ts';
import { Reader } from '../support/reader.ts';
import { useLog } from '../support/use-log.ts';

const WITHIN_MS = 30_000;
const TRANSPORTS = ['websocket', 'sse'] as const;

describe('a subscriber whose log or notifier fails', () => {
  const stage = useLog({ appendonly: true });
  let notifier: NotifierProcess;
  let proxy: ByteProxy;
  let readers: Reader[];

  beforeEach(async () => {
    readers = [];
    await new GraphRegistry(stage.redis).add('g', '/g');
    notifier = await startNotifierProcess(stage.server.url);
    proxy = await startByteProxy(notifier.url);
  });
  afterEach(async () => {
    await Promise.all(readers.map(({ subscription }) => subscription.close()));
    await proxy.stop();
    await notifier.stop();
  });

  function read(options: Partial<ConnectOptions>): Reader {
    const reader = new Reader({ url: proxy.url, graph: 'g', ...options });
    readers.push(reader);
    return reader;
  }

  async function append(...names: string[]): Promise<Offset> {
    const producer = await producerFor(stage.log);
    for (let i = 0; i < names.length; i += 200) await producer.append([factsNamed(...names.slice(i, i + 200))], () => undefined);
    return producer.position!.head;
  }

  /** What the log says now, from its start. */
  async function folded(): Promise<GraphState> {
    const facts: Fact[] = [];
    const { head } = await stage.log.state();
    for (let cursor = '0-0' as Offset; cursor !== head;) {
      for (const batch of (await stage.log.readAfter(cursor)).batches) {
        facts.push(...decodeFacts(batch, cursor));
        cursor = batch.through;
      }
    }
    return facts.reduce(evolve, emptyState());
  }

  async function saveSnapshot(): Promise<void> {
    const { head, digest } = await stage.log.state();
    expect(await new Snapshots(stage.redis, stage.log).save(head, digest, await folded())).toBeTrue();
  }

  for (const isSaved of [true, false]) {
    it(
      `[C3][S5] has no phantom left after facts were lost that it had seen (${isSaved ? 'a snapshot is saved' : 'no snapshot'})`,
      async () => {
        await append('a', 'b', 'c');
        if (isSaved) await saveSnapshot();
        const lost = await append('phantom1', 'phantom2');
        if (isSaved) await saveSnapshot(); // of the timeline that will be lost
        const all = TRANSPORTS.map((transport) => read({ transport, from: 'earliest', onRefused: 'resnapshot' }));
        await Promise.all(all.map((reader) => reader.reached(lost)));
        await stage.redis.xdel(stage.log.keys.log, lost); // as after a failover to a replica that missed it
        const head = await append('d');
        await Promise.all(all.map((reader) => reader.reached(head)));

        const truth = stateDigest(await folded());
        for (const { state, subscription, events } of all) {
          expect(Array.from(state.nodes.keys()).sort()).toEqual(['a', 'b', 'c', 'd'].map((name) => `m.ts#${name}`));
          expect(stateDigest(state)).toBe(truth);
          expect(events.filter(({ type }) => type === 'snapshot').length).toBe(1);
          expect((await subscription.verifyReceipt()).status).toBe('proved');
        }
      },
      WITHIN_MS,
    );
  }

  it(
    '[C3][S5] has no phantoms after FLUSHALL, even if its notifier restarts meanwhile and the graph is missing for a while',
    async () => {
      const before = await append('a', 'b', 'phantom');
      const all = TRANSPORTS.map((transport) => read({ transport, from: 'earliest', onRefused: 'resnapshot' }));
      await Promise.all(all.map((reader) => reader.reached(before)));
      await notifier.kill();
      await stage.redis.flushall();
      await notifier.start();
      await eventually(() =>
        all.every(({ events }) => events.some((event) => event.type === 'error' && event.error.code === 'UNKNOWN_GRAPH')),
      );
      await new GraphRegistry(stage.redis).add('g', '/g');
      const head = await append('a', 'c');
      await Promise.all(all.map((reader) => reader.reached(head)));

      for (const { state } of all) {
        expect(Array.from(state.nodes.keys()).sort()).toEqual(['m.ts#a', 'm.ts#c']);
        expect(stateDigest(state)).toBe(stateDigest(await folded()));
      }
    },
    WITHIN_MS,
  );

  for (const [what, from] of [
    ['a snapshot', 'snapshot'],
    ['a replay', 'earliest'],
  ] as const) {
    it(
      `[S3a][S5] goes on without gap or repetition when its notifier is killed in the middle of ${what}`,
      async () => {
        await append(...Array.from({ length: 5_000 }, (_, i) => `n${String(i)}`));
        await saveSnapshot();
        const head = await append('after1', 'after2');
        for (const transport of TRANSPORTS) {
          let passed = 0;
          const cut = Promise.withResolvers<void>();
          proxy.downstream = (bytes, passOn) => {
            passed += bytes.length;
            if (passed < 300_000) passOn(bytes);
            else cut.resolve();
          };
          const reader = read({ transport, from, prove: false });
          await cut.promise;
          await notifier.kill();
          proxy.downstream = (bytes, passOn) => passOn(bytes);
          await notifier.start();
          await reader.reached(head);

          const first = from === 'snapshot' ? 5_001 : 1;
          expect(reader.seqs).toEqual(Array.from({ length: 5_003 - first }, (_, i) => first + i));
          expect(reader.events.filter(({ type }) => type === 'snapshot').length).toBe(from === 'snapshot' ? 1 : 0);
          expect(stateDigest(reader.state)).toBe(stateDigest(await folded()));
          expect(reader.subscription.gaps).toBe(0);
        }
      },
      WITHIN_MS,
    );
  }
});

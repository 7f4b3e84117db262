import type { ConnectOptions, ReceiptVerdict } from '@graphtail/client';
import { hashText, lanesToHex, ZERO, addLanes, ORIGIN, type Offset } from '@graphtail/facts';
import { GraphRegistry } from '@graphtail/log';
import { io } from 'socket.io-client';
import { startByteProxy, type ByteProxy } from '../support/byte-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { factsNamed, producerFor } from '../support/log.ts';
import { startNotifierProcess, type NotifierProcess } from '../support/notifier.ts';
import { Reader } from '../support/reader.ts';
import { useLog } from '../support/use-log.ts';

const WITHIN_MS = 30_000;
const WAYS = (['websocket', 'sse'] as const).flatMap((transport) => [true, false].map((batch) => ({ transport, batch })));

describe('what a subscription received, compared with what the log says', () => {
  const stage = useLog({ appendonly: true });
  let notifier: NotifierProcess;
  let proxy: ByteProxy;
  let readers: Reader[];
  let head: Offset;

  beforeEach(async () => {
    readers = [];
    await new GraphRegistry(stage.redis).add('g', '/g');
    notifier = await startNotifierProcess(stage.server.url);
    proxy = await startByteProxy(notifier.url);
    const producer = await producerFor(stage.log);
    for (const name of ['a', 'b', 'tampered', 'd']) await producer.append([factsNamed(`${name}1`, `${name}2`)], () => undefined);
    head = producer.position!.head;
  });
  afterEach(async () => {
    await Promise.all(readers.map(({ subscription }) => subscription.close()));
    await proxy.stop();
    await notifier.stop();
  });

  function read(options: Partial<ConnectOptions>): Reader {
    const reader = new Reader({ url: proxy.url, graph: 'g', from: 'earliest', ...options });
    readers.push(reader);
    return reader;
  }

  async function verdict(reader: Reader): Promise<ReceiptVerdict> {
    const find = () => reader.events.find((event) => event.type === 'receipt');
    await eventually(() => find() !== undefined);
    return find()!.verdict;
  }

  it(
    '[P4] is proved in the background, on every transport, in batches and with one message per fact',
    async () => {
      for (const way of WAYS) {
        const reader = read(way);
        expect(await verdict(reader)).toEqual({
          status: 'proved',
          receipt: jasmine.objectContaining({ from: ORIGIN, to: head, count: 8 }),
        });
        expect(reader.subscription.proved).toBe(head);
      }
    },
    WITHIN_MS,
  );

  it(
    '[P4] differs if a proxy has changed a fact on its way, and the difference is reported',
    async () => {
      proxy.downstream = (bytes, passOn) => passOn(Buffer.from(bytes.toString('latin1').replaceAll('tampered1', 'Tampered1'), 'latin1'));
      for (const way of WAYS) {
        const reader = read(way);
        const told = await verdict(reader);
        expect(told.status).withContext(JSON.stringify(way)).toBe('differs');
        expect(reader.subscription.proved).toBeUndefined();
        expect(reader.seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      }
    },
    WITHIN_MS,
  );

  it(
    '[P1][P4] can also be proved over Socket.IO, whose library parses, because a fact’s JSON is what JSON.stringify writes',
    async () => {
      for (const batch of ['true', 'false']) {
        const socket = io(`${notifier.url}/events`, { auth: { graph: 'g', from: 'earliest', batch }, transports: ['websocket'] });
        let sum = ZERO;
        let at: string = ORIGIN;
        const add = (fact: object): void => void (sum = addLanes(sum, hashText(JSON.stringify(fact))));
        socket.on('facts', ({ facts, through }: { facts: object[]; through: string }) => {
          facts.forEach(add);
          at = through;
        });
        socket.on('cdc_event', ({ type: _, prev: __, ...fact }: { type: string; prev: string; offset: string }) => {
          add(fact);
          at = fact.offset;
        });
        await eventually(() => at === head);
        socket.disconnect();
        const response = await fetch(`${notifier.url}/api/log/receipt?graph=g&from=0-0&to=${head}`);
        expect(await response.json()).toEqual(jasmine.objectContaining({ count: 8, digest: lanesToHex(sum) }));
      }
    },
    WITHIN_MS,
  );

  it(
    '[S1] loses nothing behind a proxy that buffers an event stream and delivers it late in large pieces',
    async () => {
      const gathered = new Map<(bytes: Buffer) => void, Buffer[]>();
      const deliver = setInterval(() => {
        for (const [passOn, pieces] of gathered) {
          const bytes = Buffer.concat(pieces.splice(0));
          for (let i = 0; i < bytes.length; i += 10_000) passOn(bytes.subarray(i, i + 10_000));
        }
      }, 700);
      proxy.downstream = (bytes, passOn) => {
        const pieces = gathered.get(passOn);
        if (pieces === undefined) gathered.set(passOn, [bytes]);
        else pieces.push(bytes);
      };
      const reader = read({ transport: 'sse', prove: false });
      const producer = await producerFor(stage.log);
      for (let i = 0; i < 60; i++) {
        await producer.append([factsNamed(...Array.from({ length: 50 }, (_, j) => `n${String(i)}-${String(j)}`))], () => undefined);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await reader.reached(producer.position!.head);
      clearInterval(deliver);
      expect(reader.seqs).toEqual(Array.from({ length: 3_008 }, (_, i) => i + 1));
      expect(reader.events.filter(({ type }) => type === 'gap')).toEqual([]);
      expect(reader.events.filter((event) => event.type === 'state' && event.state === 'offline')).toEqual([]);
    },
    WITHIN_MS,
  );
});

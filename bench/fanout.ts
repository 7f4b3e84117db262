import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NewFact } from '@graphtail/facts';
import { Producer, GraphRegistry, connect, openLog } from '@graphtail/log';
import { WebSocketServer } from 'ws';
import { startNotifier } from '../services/notifier/src/notifier.ts';
import { notifierContext } from '../services/notifier/testing/notifier-context.ts';
import { factsNamed } from '../tests/support/log.ts';
import { startRedis } from '../tests/support/redis.ts';
import type { Order, Report } from './fanout-clients.ts';
import { alternately, measurement, type Measurement } from './measurement.ts';

const CLIENTS = 100;
const FACTS = 30_000;
/** One message per fact is slow even without a notifier, so fewer facts are enough. */
const FEWER_FACTS = 5_000;
const GROUP = 100;
const ROUNDS = 3;
const MARK = 'the-last-fact-of-the-bench';

/** What the notifier delivers to 100 sockets while facts are appended, relative to a bare `ws` server that sends ready texts to as many. */
export async function measureFanout(): Promise<Measurement[]> {
  const server = await startRedis();
  const redis = connect(server.url);
  const notifier = await startNotifier(notifierContext(server.url, { limitSubscriptions: 10_000 }));
  const clients = fork(new URL('fanout-clients.ts', import.meta.url), { execPath: process.execPath });
  const groups: NewFact[][] = Array.from({ length: FACTS / GROUP }, (_, g) =>
    factsNamed(...Array.from({ length: GROUP }, (_, i) => `n${String(g)}-${String(i)}`)),
  );
  groups.push(factsNamed(MARK));
  const fewerGroups = [...groups.slice(0, FEWER_FACTS / GROUP), ...groups.slice(-1)];
  let graphs = 0;

  const viaNotifier = async (facts: NewFact[][], batch: boolean): Promise<number> => {
    const graph = `g${String(graphs++)}`;
    await new GraphRegistry(redis).add(graph, '/');
    const log = openLog(redis, graph);
    const producer = new Producer(log);
    const { epoch, head, headBatchId } = await log.state();
    producer.moveTo({ epoch, head, batchId: headBatchId });
    const done = await subscribe(clients, { port: notifier.port, path: `/ws/events?graph=${graph}&batch=${String(batch)}` });
    const started = performance.now();
    await producer.append(facts, () => undefined);
    await done();
    return perSecond(facts, performance.now() - started);
  };

  const viaBareSockets = async (facts: NewFact[][], texts: readonly string[]): Promise<number> => {
    const http = createServer().listen(0, '127.0.0.1');
    const bare = new WebSocketServer({ server: http, perMessageDeflate: false });
    bare.on('connection', (socket) => socket.send('welcome'));
    await once(http, 'listening');
    const done = await subscribe(clients, { port: (http.address() as AddressInfo).port, path: '/' });
    const started = performance.now();
    for (const text of texts) {
      for (const socket of bare.clients) socket.send(text);
      // As often as a tail would bring something; nobody is waited for.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done();
    const ms = performance.now() - started;
    bare.close();
    http.closeAllConnections();
    http.close();
    return perSecond(facts, ms);
  };

  const stored = (group: NewFact[]): string[] =>
    group.map((fact) => JSON.stringify({ offset: '1900000000000000-100000', timestamp: new Date(), ...fact }));
  const batches = groups.map((group) => `{"type":"facts","facts":[${stored(group).join(',\n')}]}`);
  const singles = fewerGroups.flatMap(stored);
  const [batched, bareBatched] = await alternately(
    ROUNDS,
    () => viaNotifier(groups, true),
    () => viaBareSockets(groups, batches),
  );
  const [each, bareEach] = await alternately(
    ROUNDS,
    () => viaNotifier(fewerGroups, false),
    () => viaBareSockets(fewerGroups, singles),
  );

  clients.disconnect();
  await notifier.close();
  redis.disconnect();
  await server.stop();
  return [
    measurement('fan-out to 100, batches', batched, 'facts/s', 'ws, the same batches', bareBatched),
    measurement('fan-out to 100, a message a fact', each, 'facts/s', 'ws, a message a fact', bareEach),
  ];
}

/** Deliveries a second, all clients together. */
function perSecond(facts: readonly NewFact[][], ms: number): number {
  return (facts.flat().length * CLIENTS) / (ms / 1000);
}

/** Connects the clients; the result waits until each has seen the mark. */
async function subscribe(child: ChildProcess, { port, path }: Pick<Order, 'port' | 'path'>): Promise<() => Promise<void>> {
  const heard = (awaited: Report): Promise<void> =>
    new Promise((resolve) => {
      child.on('message', function listen(report: Report) {
        if (report !== awaited) return;
        child.off('message', listen);
        resolve();
      });
    });
  const connected = heard('connected');
  const done = heard('done');
  child.send({ port, path, clients: CLIENTS, mark: MARK } satisfies Order);
  await connected;
  return () => done;
}

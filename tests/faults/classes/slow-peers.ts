import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { eventually } from '../../support/eventually.ts';
import { FaultProxy } from '../rig/fault-proxy.ts';
import { appendForeign, openForeign } from '../rig/foreign-producer.ts';
import { RawLog } from '../rig/raw-log.ts';
import { CHURN, type Rig } from '../rig/rig.ts';
import { Witness } from '../rig/witness.ts';
import type { FaultClass } from './fault.ts';

/** A graph of large facts, so that sockets fill up. */
const BULK = 'bulk';
const BULK_FACT_BYTES = 200_000;
const BULK_FACTS = 150;

const TRICKLE_BYTES = 40;
const TRICKLE_MS = 200;
/** docs/PROTOCOL.md, S9a and S9b: closed after 30 s of silence, or after 60 s without progress; with some time for the checks. */
const LET_GO_WITHIN_MS = 75_000;

async function metric(rig: Rig, name: string): Promise<number> {
  const text = await (await fetch(`${rig.pipeline.url}/metrics?service=notifier`)).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

async function connections(rig: Rig): Promise<number> {
  return (await rig.pipeline.get<{ active_connections: number }>('/ws/status')).active_connections;
}

/** A subscriber that takes a few bytes at a time. */
function trickle(rig: Rig): () => void {
  const socket = connect(Number(new URL(rig.pipeline.url).port), '127.0.0.1');
  const key = randomBytes(16).toString('base64');
  const request = [`GET /ws/events?graph=${CHURN}&from=earliest HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket'];
  socket.write([...request, 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`, '', ''].join('\r\n'));
  socket.on('error', () => undefined);
  socket.pause();
  const timer = setInterval(() => socket.read(TRICKLE_BYTES), TRICKLE_MS);
  return () => {
    clearInterval(timer);
    socket.destroy();
  };
}

export const slowPeers: FaultClass = {
  name: 'subscribers whose network takes little',
  faults: [
    {
      title: 'it stalls under a flood: subscribers are demoted and go on from their cursor',
      async inject(rig) {
        const producer = await openForeign(rig, BULK);
        const proxy = await FaultProxy.listen({ port: Number(new URL(rig.pipeline.url).port) });
        const url = `http://127.0.0.1:${String(proxy.port)}`;
        const witnesses = (['websocket', 'socketio', 'sse'] as const).map(
          (transport) => new Witness({ name: `flooded, ${transport}`, url, graph: BULK, transport }),
        );
        try {
          await appendForeign(producer, [{ text: 'the first' }]);
          await eventually(() => witnesses.every(({ record }) => record.deliveries > 0), 20_000);
          const before = await metric(rig, 'graphtail_demotions_total');
          proxy.set({ stalled: 'to_client' });
          for (let i = 0; i < BULK_FACTS; i++) await appendForeign(producer, [{ i, text: 'x'.repeat(BULK_FACT_BYTES) }]);
          await eventually(async () => (await metric(rig, 'graphtail_demotions_total')) > before, 10_000);
          proxy.clear();
          const { head } = await producer.log.state();
          await eventually(() => witnesses.every(({ record }) => record.cursor === head), 60_000);
          const raw = await RawLog.read(rig.direct, BULK);
          for (const { record } of witnesses) record.compare(raw);
          const found = witnesses.flatMap(({ record }) => record.violations);
          if (found.length > 0) throw new Error(found.join('\n').slice(0, 2_000));
        } finally {
          await Promise.all(witnesses.map((witness) => witness.close()));
          await proxy.close();
          await rig.direct.unlink(`graphtail:{${BULK}}:log`); // the graph stays, and its facts are gone
          producer.close();
        }
      },
    },
    {
      title: 'some read a few bytes a second',
      async inject(rig) {
        const ends = Array.from({ length: 20 }, () => trickle(rig));
        await rig.appends(rig.random.between(500, 2_000), 60_000);
        ends.forEach((end) => end());
      },
    },
    {
      title: 'some disappear without closing, and the server releases them',
      async inject(rig) {
        const before = await connections(rig);
        const proxy = await FaultProxy.listen({ port: Number(new URL(rig.pipeline.url).port) });
        const url = `ws://127.0.0.1:${String(proxy.port)}/ws/events?graph=${CHURN}&from=latest`;
        const sockets = Array.from({ length: 10 }, () => new WebSocket(url));
        try {
          let heard = 0;
          for (const socket of sockets) socket.on('error', () => undefined).once('message', () => heard++);
          await eventually(() => heard === sockets.length, 20_000);
          proxy.set({ vanishing: 'both' });
          await wait(1_000);
          await eventually(async () => (await connections(rig)) <= before, LET_GO_WITHIN_MS);
        } finally {
          await proxy.close();
          sockets.forEach((socket) => socket.terminate());
        }
      },
    },
  ],
};

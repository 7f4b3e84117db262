import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { eventually } from '../../support/eventually.ts';
import { CHURN, type Rig } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

const STORM = 2_000;
const REDIAL_MS = 500;
const KINDS = ['node_added', 'node_updated', 'node_deleted', 'relationship_added', 'relationship_updated', 'relationship_deleted'];

/** Much of the log is considered before one of these comes. */
const RARE = ['node_deleted'];

/** So many connections that read nothing, until the function given back is called. */
async function stalledSockets(rig: Rig, count: number, from: string): Promise<() => void> {
  const url = `${rig.pipeline.url.replace('http', 'ws')}/ws/events?graph=${CHURN}&from=${from}`;
  const sockets = new Set<WebSocket>();
  let open = 0;
  let over = false;
  const dial = (): void => {
    const socket = new WebSocket(url);
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('open', () => {
      open++;
      socket.pause();
    });
    // Who is not let in, as while the notifier is started again, comes back.
    socket.on('close', () => {
      sockets.delete(socket);
      if (!over) setTimeout(dial, REDIAL_MS);
    });
  };
  for (let i = 0; i < count; i++) dial();
  const end = (): void => {
    over = true;
    sockets.forEach((socket) => socket.terminate());
  };
  await eventually(() => open >= count, 60_000).catch((error: unknown) => {
    end();
    throw error;
  });
  return end;
}

export const subscribers: FaultClass = {
  name: 'subscribers misbehave',
  faults: [
    {
      title: 'many read nothing',
      async inject(rig) {
        const end = await stalledSockets(rig, 50, 'earliest');
        await rig.appends(500);
        end();
      },
    },
    {
      title: '2,000 reconnect at once, each 200 facts behind, and read nothing',
      async inject(rig) {
        const end = await stalledSockets(rig, STORM, 'last:200');
        await rig.appends(50);
        end();
      },
    },
    {
      title: 'filters are changed while facts arrive, and connections are cut',
      async inject(rig) {
        const guest = rig.join({ name: 'changes its filter', transport: 'websocket', types: KINDS.slice(0, 2) });
        for (let i = rig.random.between(5, 15); i > 0; i--) {
          await rig.appends(rig.random.between(1, 60));
          guest.filter(KINDS.filter(() => rig.random.chance(0.5)).concat('graph_reset'));
          if (rig.random.chance(0.3)) guest.reconnect();
        }
      },
    },
    {
      title: 'newcomers with filters replay everything while Redis is slow',
      async inject(rig) {
        await rig.appends(3_000, 60_000);
        await rig.kill('notifier'); // what it has in memory is not read from Redis
        rig.network.set({ delayMs: [100, 400] });
        for (const transport of ['websocket', 'socketio', 'sse'] as const)
          rig.join({ name: `a filtered newcomer over ${transport}`, transport, types: RARE });
        await wait(rig.random.between(2_000, 5_000));
      },
    },
    {
      title: 'everybody reconnects at once, again and again',
      async inject(rig) {
        for (let i = rig.random.between(2, 8); i > 0; i--) {
          rig.witnesses.forEach((witness) => witness.reconnect());
          await wait(rig.random.between(0, 300));
        }
      },
    },
    {
      title: 'the notifier is killed while a newcomer replays everything, a message a fact',
      async inject(rig) {
        rig.join({ name: 'newcomer', transport: rig.random.pick(['websocket', 'socketio', 'sse']), batch: false });
        await wait(rig.random.between(10, 400));
        await rig.kill('notifier');
      },
    },
    {
      title: 'cursors that are tampered with or ahead of the log are refused',
      async inject(rig) {
        const epoch = 2 ** 52;
        const cases: [from: string, code: string][] = [
          [`${String(epoch)}-5`, 'CURSOR_IN_FUTURE'],
          ['1-5', 'STREAM_REPLACED'],
          ['5-x', 'BAD_REQUEST'],
          ['-1-5', 'BAD_REQUEST'],
          ['1-99999999999999999999', 'BAD_REQUEST'],
        ];
        for (const [from, code] of cases) {
          const answered = await refusal(`${rig.pipeline.url.replace('http', 'ws')}/ws/events?graph=${CHURN}&from=${from}`);
          if (answered !== code) throw new Error(`from=${from} was answered with ${answered}, not ${code}`);
        }
      },
    },
  ],
};

/** The code of the first frame, where it is an error; else its type. */
async function refusal(url: string): Promise<string> {
  const socket = new WebSocket(url);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { type: string; code?: string };
    resolve(frame.code ?? frame.type);
  });
  socket.on('error', reject);
  socket.on('close', () => resolve('a close without a word'));
  return promise.finally(() => socket.terminate());
}

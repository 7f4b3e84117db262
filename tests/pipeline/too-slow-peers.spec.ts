import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Server } from 'node:http';
import { closeServer, createLogger, createRegistry, Guard, listen, portOf } from '@graphtail/runtime';
import { WebSocket } from 'ws';
import { createGateway, type Gateway } from '../../services/gateway/src/gateway.ts';
import { Upstreams } from '../../services/gateway/src/upstreams/upstreams.ts';
import { systemClock } from '../../services/notifier/src/subscription/clock.ts';
import { nodeAdded, startStage, type Graph, type Stage } from '../../services/notifier/src/specs/support.ts';
import { eventually } from '../support/eventually.ts';

/** More than the kernel takes for a peer on loopback that does not read, over two connections. */
const BATCHES = 300;
const FACTS = 100;
const WITHIN_MS = 60_000;

type Last = { readonly frame: Record<string, unknown>; readonly cursor: unknown; readonly code?: number };
/** Subscribes from the beginning, and reads nothing after the first frame until it is told to: then to the end. */
type Peer = (url: string, graph: string) => Promise<{ readOn(): Promise<Last> }>;

async function stuckWebSocket(
  socket: WebSocket,
  parse: (text: string) => Record<string, unknown> | undefined,
): Promise<{ readOn(): Promise<Last> }> {
  let frame: Record<string, unknown> = {};
  let cursor: unknown;
  socket.on('message', (data: Buffer) => {
    const parsed = parse(data.toString());
    if (parsed === undefined) return;
    frame = parsed;
    cursor = frame['through'] ?? cursor;
    if (frame['type'] === 'subscribed') socket.pause();
  });
  await eventually(() => socket.isPaused);
  return {
    async readOn() {
      const closed = once(socket, 'close') as Promise<[number]>;
      socket.resume();
      const [code] = await closed;
      return { frame, cursor, code };
    },
  };
}

const PEERS: Readonly<Record<string, Peer>> = {
  'a WebSocket': (url, graph) => {
    const address = `${url.replace('http', 'ws')}/ws/events?graph=${graph}&from=earliest&batch=true`;
    return stuckWebSocket(new WebSocket(address), (text) => JSON.parse(text) as Record<string, unknown>);
  },
  'Socket.IO': (url, graph) => {
    // Without its library, which gives up by itself after 30 s without a ping.
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    socket.once('message', () => socket.send(`40/events,${JSON.stringify({ graph, from: 'earliest', batch: 'true' })}`));
    return stuckWebSocket(socket, (text) => {
      const event = /^42\/events,(.*)$/s.exec(text)?.[1];
      return event === undefined ? undefined : (JSON.parse(event) as [string, Record<string, unknown>])[1];
    });
  },
  'an event stream': async (url, graph) => {
    const request = get(`${url}/sse/events?graph=${graph}&from=earliest&batch=true`, { agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return {
      async readOn() {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
        const data = text.split('\n\n').findLast((event) => event.startsWith('event: error'));
        const frame = JSON.parse(data!.slice(data!.indexOf('{'))) as Record<string, unknown>;
        return { frame, cursor: [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] };
      },
    };
  },
};

describe('a peer that reads again after 60 s without progress', () => {
  let passed = 0;
  let stage: Stage;
  let graph: Graph;
  let gateway: Gateway;
  let front: Server;

  beforeAll(async () => {
    stage = await startStage({}, undefined, 1_000, { ...systemClock, now: () => Date.now() + passed });
    graph = await stage.graph();
    const docstring = 'x'.repeat(1_000);
    for (let i = 0; i < BATCHES; i++) await graph.append(...Array.from({ length: FACTS }, () => nodeAdded('src/a.ts', docstring)));
    gateway = createGateway({
      logger: createLogger('gateway', 'silent'),
      registry: createRegistry(),
      guard: new Guard({ host: '127.0.0.1', allowHost: [] }),
      redis: stage.redis,
      upstreams: new Upstreams({ ingest: [stage.url], projector: [stage.url], notifier: [stage.url] }),
      dashboardDir: '/nonexistent',
      ready: () => true,
      self: () => 'http://127.0.0.1:9',
    });
    front = await listen(gateway.app, { host: '127.0.0.1', port: 0 }, { upgrade: gateway.upgrade });
  }, WITHIN_MS);
  afterAll(async () => {
    gateway.close();
    await closeServer(front, 50);
    await stage.close();
  });

  const delivered = async (): Promise<{ count: number; bytes: number }> => {
    const { consumers } = (await (await fetch(`${stage.url}/api/consumers`)).json()) as { consumers: { bytes: number }[] };
    return { count: consumers.length, bytes: consumers[0]?.bytes ?? 0 };
  };
  /** Nothing more goes, and by the notifier's clock 60 s pass. */
  async function standStill(): Promise<void> {
    let before = -1;
    await eventually(async () => {
      const { bytes } = await delivered();
      const isStuck = bytes === before;
      before = bytes;
      return isStuck;
    }, 20_000);
    await eventually(async () => {
      passed += 1_000;
      return (await delivered()).count === 0;
    }, 20_000);
  }

  for (const [name, subscribe] of Object.entries(PEERS)) {
    for (const way of ['directly', 'through the gateway'] as const) {
      it(
        `[S9b][S9c][S9d] gets CONSUMER_TOO_SLOW and its cursor over ${name}, ${way}`,
        async () => {
          const peer = await subscribe(way === 'directly' ? stage.url : `http://127.0.0.1:${String(portOf(front))}`, graph.name);
          await standStill();
          const { frame, cursor, code } = await peer.readOn();

          expect(frame).toEqual(jasmine.objectContaining({ type: 'error', code: 'CONSUMER_TOO_SLOW', retryable: true, resume_at: cursor }));
          expect(cursor).toBeDefined();
          if (name === 'a WebSocket') expect(code).toBe(4408);
        },
        WITHIN_MS,
      );
    }
  }

  it(
    '[S9d] still gets it 29 s later over Socket.IO, although the engine itself gives up 15 s after its last ping',
    async () => {
      const peer = await PEERS['Socket.IO']!(stage.url, graph.name);
      await standStill();
      await new Promise((resolve) => setTimeout(resolve, 29_000));
      expect((await peer.readOn()).frame).toEqual(jasmine.objectContaining({ code: 'CONSUMER_TOO_SLOW' }));
    },
    WITHIN_MS,
  );
});

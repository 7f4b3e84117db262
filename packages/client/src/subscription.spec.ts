import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { hashText, lanesToHex, type Offset } from '@graphtail/facts';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import { factText, factsFrame, place, subscribedFrame } from '../testing/log.ts';
import { connect } from './connect.ts';
import type { ClientEvent } from './events.ts';
import type { ConnectOptions } from './options.ts';
import { SubscriptionRefused, type Subscription } from './subscription.ts';

/** A real WebSocket server that plays the notifier's part as each spec has it. */
class Stage {
  readonly server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  readonly requests: URLSearchParams[] = [];
  readonly said: string[] = [];
  readonly #scenes: ((socket: ServerSocket) => void)[] = [];

  constructor() {
    this.server.on('connection', (socket, request) => {
      this.requests.push(new URL(request.url ?? '', 'http://stage').searchParams);
      socket.on('message', (data: Buffer) => this.said.push(data.toString()));
      this.#scenes.shift()?.(socket);
    });
  }

  /** What the next connection meets. */
  scene(play: (socket: ServerSocket) => void): this {
    this.#scenes.push(play);
    return this;
  }

  async open(options: Partial<ConnectOptions> = {}): Promise<Subscription> {
    if (this.server.address() === null) await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo;
    return connect({ url: `http://127.0.0.1:${String(port)}`, from: 'earliest', transport: 'websocket', ...options });
  }

  async close(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function until(subscription: Subscription, condition: (event: ClientEvent) => boolean): Promise<ClientEvent> {
  const { promise, resolve } = Promise.withResolvers<ClientEvent>();
  const stop = subscription.on((event) => {
    if (!condition(event)) return;
    stop();
    resolve(event);
  });
  return promise;
}

function collect(subscription: Subscription): { seqs: number[]; events: ClientEvent[] } {
  const seqs: number[] = [];
  const events: ClientEvent[] = [];
  subscription.on((event) => {
    events.push(event);
    if (event.type === 'facts') seqs.push(...event.facts.map((fact) => Number(fact.offset.split('-')[1])));
  });
  return { seqs, events };
}

describe('a subscription over a real socket', () => {
  let stage: Stage;
  let open: Subscription[];

  beforeEach(() => {
    stage = new Stage();
    open = [];
  });

  afterEach(async () => {
    await Promise.all(open.map((subscription) => subscription.close()));
    await stage.close();
  });

  async function opened(options?: Partial<ConnectOptions>): Promise<Subscription> {
    const subscription = await stage.open(options);
    open.push(subscription);
    return subscription;
  }

  it('asks for batches, and hands out facts with their own text', async () => {
    stage.scene((socket) => {
      socket.send(subscribedFrame(0, 9));
      socket.send(factsFrame(0, 2));
    });
    const subscription = await opened({ graph: 'g', types: ['graph_reset'] });
    const event = await until(subscription, ({ type }) => type === 'facts');
    expect(event.type === 'facts' && event.raw).toEqual([factText(1), factText(2)]);
    expect(subscription.cursor).toBe('1-2' as Offset);
    expect(Object.fromEntries(stage.requests[0] ?? [])).toEqual({ graph: 'g', from: 'earliest', types: 'graph_reset', batch: 'true' });
  });

  it('[A2a] carries its token as a subprotocol, never in its address', async () => {
    const headers = new Promise((resolve) => {
      stage.server.once('connection', (_socket, request) => {
        resolve([request.headers['sec-websocket-protocol'], request.url?.includes('secret')]);
      });
    });
    stage.scene((socket) => {
      socket.send(subscribedFrame(0, 0, 'live'));
    });
    const subscription = await opened({ token: () => Promise.resolve('secret') });
    expect(await headers).toEqual(['bearer, secret', false]);
    await until(subscription, (event) => event.type === 'state' && event.state === 'live');
  });

  it('[C1] resumes after the last fact it has, exclusively, when a connection is cut', async () => {
    stage
      .scene((socket) => {
        socket.send(subscribedFrame(0, 9));
        socket.send(factsFrame(0, 2));
        socket.close(1001);
      })
      .scene((socket) => {
        socket.send(subscribedFrame(2, 9));
        socket.send(factsFrame(2, 5));
      });
    const subscription = await opened();
    const { seqs } = collect(subscription);
    await until(subscription, (event) => event.type === 'facts' && event.through === '1-5');
    expect(seqs).toEqual([1, 2, 3, 4, 5]);
    expect(stage.requests[1]?.get('from')).toBe('1-2');
    expect(stage.requests[1]?.get('graph')).toBe('g');
  });

  it('[S3a] never passes on a frame that does not continue its cursor: it counts a gap and asks again', async () => {
    stage
      .scene((socket) => {
        socket.send(subscribedFrame(0, 9));
        socket.send(factsFrame(0, 2));
        socket.send(factsFrame(3, 4));
        socket.send(factsFrame(4, 5));
      })
      .scene((socket) => {
        socket.send(subscribedFrame(2, 9));
        socket.send(factsFrame(2, 5));
      });
    const subscription = await opened();
    const { seqs, events } = collect(subscription);
    await until(subscription, (event) => event.type === 'facts' && event.through === '1-5');
    expect(seqs).toEqual([1, 2, 3, 4, 5]);
    expect(subscription.gaps).toBe(1);
    expect(events).toContain(jasmine.objectContaining({ type: 'gap', cursor: '1-2', prev: '1-3' }));
  });

  it('[S3a] a frame that repeats what came is not passed on either', async () => {
    stage
      .scene((socket) => {
        socket.send(subscribedFrame(0, 9));
        socket.send(factsFrame(0, 2));
        socket.send(factsFrame(0, 2));
      })
      .scene((socket) => {
        socket.send(subscribedFrame(2, 9));
        socket.send(factsFrame(2, 3));
      });
    const subscription = await opened();
    const { seqs } = collect(subscription);
    await until(subscription, (event) => event.type === 'facts' && event.through === '1-3');
    expect(seqs).toEqual([1, 2, 3]);
  });

  it('[E1] a refusal that no retry helps ends it, with what helps', async () => {
    const error = { type: 'error', code: 'LOG_TRUNCATED', message: 'lost', retryable: false, diverged_at: '1-4', resume_at: '1-4' };
    stage.scene((socket) => {
      socket.send(JSON.stringify(error));
      socket.close(4409);
    });
    const subscription = await opened({ from: '1-6' as Offset });
    const iteration = (async () => {
      for await (const event of subscription) expect(event).toBeUndefined();
    })();
    await expectAsync(iteration).toBeRejectedWithError(SubscriptionRefused, 'lost');
    expect(subscription.state).toBe('refused');
    expect(stage.requests.length).toBe(1);
  });

  it('begins anew from a snapshot where it was told to, and says so', async () => {
    stage
      .scene((socket) => {
        socket.send(JSON.stringify({ type: 'error', code: 'STREAM_REPLACED', message: 'gone', retryable: false }));
        socket.close(4409);
      })
      .scene((socket) => {
        socket.send(subscribedFrame(0, 9));
        socket.send('{"type":"snapshot_begin","as_of":"0-0","node_count":0,"relationship_count":0}');
        socket.send('{"type":"snapshot_end","as_of":"0-0","state_digest":"0000000000000000"}');
        socket.send(factsFrame(0, 1));
      });
    const subscription = await opened({ from: '7-6' as Offset, onRefused: 'resnapshot' });
    const { events } = collect(subscription);
    await until(subscription, (event) => event.type === 'facts');
    expect(events.find((event) => event.type === 'snapshot')).toEqual(jasmine.objectContaining({ asOf: '0-0' }));
    expect(stage.requests[1]?.get('from')).toBe('snapshot');
  });

  it('sends after a reconnect what was asked for while offline: the last acknowledgement only', async () => {
    const stopped = new Promise<void>((resolve) => {
      stage
        .scene((socket) => {
          socket.send(subscribedFrame(0, 9));
          socket.close(1001);
        })
        .scene((socket) => {
          socket.on('message', () => {
            resolve();
          });
          socket.send(subscribedFrame(0, 9));
        });
    });
    const subscription = await opened({ consumer: 'c' });
    await until(subscription, (event) => event.type === 'state' && event.state === 'offline');
    for (let seq = 1; seq <= 100; seq++) subscription.ack(place(seq));
    await stopped;
    expect(stage.said).toEqual(['{"action":"ack","cursor":"1-100"}']);
  });

  it('an iteration that is slow makes the server pause, and loses nothing', async () => {
    stage.scene((socket) => {
      socket.send(subscribedFrame(0, 9));
      let sent = 0;
      for (; sent < 100; sent++) socket.send(factsFrame(sent, sent + 1));
      socket.on('message', (data: Buffer) => {
        if (data.toString() !== '{"action":"resume"}') return;
        socket.send(factsFrame(100, 101));
        socket.send(JSON.stringify({ type: 'end', cursor: '1-101' }));
      });
    });
    const subscription = await opened({ to: '1-101' as Offset });
    const facts = subscription[Symbol.asyncIterator]();
    await until(subscription, (event) => event.type === 'facts' && event.through === '1-100');
    const seqs: number[] = [];
    for await (const event of facts) seqs.push(...event.facts.map((fact) => Number(fact.offset.split('-')[1])));
    expect(seqs).toEqual(Array.from({ length: 101 }, (_, index) => index + 1));
    expect(stage.said).toEqual(['{"action":"pause"}', '{"action":"resume"}']);
    expect(subscription.state).toBe('ended');
  });

  it('[P4] keeps a receipt of what it received', async () => {
    stage.scene((socket) => {
      socket.send(subscribedFrame(0, 9));
      socket.send(factsFrame(0, 1));
    });
    const subscription = await opened();
    await until(subscription, (event) => event.type === 'facts');
    const digest = lanesToHex(hashText(factText(1)));
    expect(subscription.receipt).toEqual({ from: '0-0' as Offset, to: '1-1' as Offset, count: 1, digest });
  });
});

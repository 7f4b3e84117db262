import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { factsFrame, place, subscribedFrame } from '../../testing/log.ts';
import { connect } from '../connect.ts';
import type { Subscription } from '../subscription.ts';

/** Node has the locks and channels that browsers have, shared by all of one process. */
describe('subscriptions that share, over real locks, channels and sockets', () => {
  let server: WebSocketServer;
  let open: Subscription[];
  let head: number;

  beforeEach(async () => {
    open = [];
    head = 2;
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', (socket, request) => {
      const from = new URL(request.url ?? '', 'http://server').searchParams.get('from') ?? '';
      const cursor = from === 'earliest' ? 0 : Number(from.split('-')[1]);
      socket.send(subscribedFrame(cursor, head));
      if (cursor < head) socket.send(factsFrame(cursor, head));
      socket.send(JSON.stringify({ type: 'caught_up', cursor: place(head), head: place(head) }));
    });
    await once(server, 'listening');
  });

  afterEach(async () => {
    await Promise.all(open.map((subscription) => subscription.close()));
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  function subscribed(): { subscription: Subscription; through: (seq: number) => Promise<void> } {
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const subscription = connect({ url, graph: 'g', from: 'earliest', share: true, prove: false });
    open.push(subscription);
    const through = async (seq: number): Promise<void> => {
      if (subscription.received === place(seq)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = subscription.on((event) => {
        if (event.type === 'facts' && event.through === place(seq)) resolve();
      });
      await promise;
      stop();
    };
    return { subscription, through };
  }

  function append(through: number): void {
    for (const socket of server.clients) socket.send(factsFrame(head, through));
    head = through;
  }

  async function oneIsLeft(): Promise<void> {
    while (server.clients.size > 1) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  it('have one socket, and hand it on when the one that has it ends', async () => {
    const tabs = [subscribed(), subscribed(), subscribed()];
    await Promise.all(tabs.map(({ through }) => through(2)));
    await oneIsLeft();
    append(5);
    await Promise.all(tabs.map(({ through }) => through(5)));
    expect(server.clients.size).toBe(1);
    for (const last of [8, 9]) {
      await tabs.shift()?.subscription.close();
      append(last);
      await Promise.all(tabs.map(({ through }) => through(last)));
      await oneIsLeft();
    }
    expect(tabs[0]?.subscription.gaps).toBe(0);
  });
});

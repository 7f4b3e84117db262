import { once } from 'node:events';
import type { Offset } from '@graphtail/facts';
import { Tokens, type Grant } from '@graphtail/runtime';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { eventually } from '../../../../tests/support/eventually.ts';
import { EventStreamListener, Listener, SocketIoListener, TRANSPORTS, listenBy, type RawClient, type Transport } from './listeners.ts';
import { nodeAdded, startStage, type Graph, type Stage } from './support.ts';

const SECRET = 'a secret of a spec, long enough';
/** Those that hear a client. */
const TWO_WAY = ['websocket', 'socketio'] as const;

describe('a subscriber of a notifier with a secret', () => {
  const tokens = new Tokens(SECRET);
  let stage: Stage;
  let graph: Graph;
  let other: Graph;
  let head: Offset;
  let clients: RawClient[];
  beforeAll(async () => {
    stage = await startStage({}, SECRET);
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    clients = [];
    [graph, other] = [await stage.graph(), await stage.graph()];
    head = await graph.append(nodeAdded(), nodeAdded());
  });
  afterEach(() => Promise.all(clients.map((client) => client.close())));

  const token = (grant: Grant, ms = 60_000): Promise<string> => tokens.mint(grant, new Date(Date.now() + ms));
  const listen = (transport: Transport, parameters: Record<string, string>): RawClient => {
    const client = listenBy(transport, stage.url, { graph: graph.name, from: 'earliest', batch: 'true', ...parameters });
    clients.push(client);
    return client;
  };
  /** How a client was refused: by status where it is refused as a request, else by a frame and a close. */
  const refusalOf = async (client: RawClient): Promise<unknown[]> => {
    const { code } = await client.whenClosed();
    const [last] = client.received.slice(-1);
    return [last?.type === 'error' ? last.code : undefined, code];
  };

  it('[A2][A2b] is refused without a token that holds, and let in with one, by each transport', async () => {
    const bad = [
      undefined,
      'x',
      await new Tokens('another secret, as long as it is').mint({ role: 'admin' }, new Date(Date.now() + 60_000)),
      await token({ role: 'admin' }, -1_000),
    ];
    for (const given of bad) {
      const parameters: Record<string, string> = given === undefined ? {} : { token: given };
      expect(await refusalOf(listen('websocket', parameters))).toEqual(['UNAUTHORIZED', 4401]);
      expect(await refusalOf(listen('socketio', parameters))).toEqual(['UNAUTHORIZED', 0]);
      expect(await refusalOf(listen('sse', parameters))).toEqual([undefined, 401]);
    }
    for (const transport of TRANSPORTS) await listen(transport, { token: await token({ role: 'read' }) }).reach(head);
  });

  it('[A2a] may send its token as the second WebSocket subprotocol, or with the request that opens Socket.IO', async () => {
    const given = await token({ role: 'read' });
    const socket = new WebSocket(`${stage.url.replace('http', 'ws')}/ws/events?graph=${graph.name}`, ['bearer', given]);
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect([socket.protocol, JSON.parse(data.toString())]).toEqual(['bearer', jasmine.objectContaining({ type: 'subscribed' })]);
    socket.close();
    await once(socket, 'close');
    const viaHeader = new SocketIoListener(stage.url, { graph: graph.name }, { authorization: `Bearer ${given}` });
    clients.push(viaHeader);
    await viaHeader.first('subscribed');
  });

  it('[A2] joins no namespace of Socket.IO but the one that asks for a token', async () => {
    const socket = io(stage.url, { transports: ['websocket'], reconnection: false, useNativeTimers: true, forceNew: true });
    const [error] = (await once(socket as unknown as NodeJS.EventEmitter, 'connect_error')) as [Error];
    expect(error.message).toBe('the only namespace is /events');
    socket.close();
  });

  it('[A3a] is given facts of the graphs that its token covers, and no others', async () => {
    const given = await token({ role: 'admin', graphs: [graph.name] });
    for (const transport of TRANSPORTS) await listen(transport, { token: given }).reach(head);
    const theirs = (transport: Transport) => listen(transport, { token: given, graph: other.name });
    expect(await refusalOf(theirs('websocket'))).toEqual(['FORBIDDEN', 4403]);
    expect(await refusalOf(theirs('socketio'))).toEqual(['FORBIDDEN', 0]);
    expect(await refusalOf(theirs('sse'))).toEqual([undefined, 403]);
    expect(await refusalOf(listen('websocket', { token: given, graph: '_audit' }))).toEqual(['FORBIDDEN', 4403]);
    expect(await refusalOf(listen('websocket', { token: await token({ role: 'operate' }), graph: '_audit' }))).toEqual(['FORBIDDEN', 4403]);
    await listen('websocket', { token: await token({ role: 'admin' }), graph: '_audit' }).first('subscribed');
  });

  it('[A3b] that names no graph is given the only one that its token covers, over HTTP too', async () => {
    const ours = await token({ role: 'read', graphs: [graph.name] });
    const none = await token({ role: 'read', graphs: ['nowhere'] });
    const get = async (path: string, given: string) => {
      const response = await fetch(stage.url + path, { headers: { authorization: `Bearer ${given}` } });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    for (const path of ['/api/log', '/api/log/facts', '/api/log/offset?ts=2026-01-01', `/api/log/receipt?from=0-0&to=${head}`]) {
      expect((await get(path, ours)).body['graph'])
        .withContext(path)
        .toBe(graph.name);
      expect((await get(path, none)).body['code'])
        .withContext(path)
        .toBe('FORBIDDEN');
    }
    await get(`/api/log?graph=${other.name}`, await token({ role: 'read' })); // from now on the notifier follows it
    expect(Object.keys((await get('/ws/status', ours)).body['graphs'] as object)).toEqual([graph.name]);
    const socket = new Listener(stage.url, { token: none });
    clients.push(socket);
    expect(await refusalOf(socket)).toEqual(['FORBIDDEN', 4403]);
    const rows = (await get('/api/consumers', ours)).body['consumers'] as { graph: string }[];
    expect(rows.filter((row) => row.graph !== graph.name)).toEqual([]);
  });

  it('[A3] takes and moves a durable cursor with role operate only', async () => {
    const [read, operate] = [await token({ role: 'read' }), await token({ role: 'operate' })];
    expect(await refusalOf(listen('websocket', { token: read, consumer: 'a' }))).toEqual(['FORBIDDEN', 4403]);
    expect(await refusalOf(listen('socketio', { token: read, consumer: 'a' }))).toEqual(['FORBIDDEN', 0]);
    expect(await refusalOf(listen('sse', { token: read, consumer: 'a' }))).toEqual([undefined, 403]);
    for (const transport of TRANSPORTS) await listen(transport, { token: operate, consumer: transport }).reach(head);
    const change = async (method: string, path: string, given: string): Promise<number> => {
      const headers = { authorization: `Bearer ${given}`, 'content-type': 'application/json' };
      const body = path.endsWith('ack') ? { cursor: head } : { to: 'earliest' };
      return (
        await fetch(`${stage.url}/api/consumers/${path}?graph=${graph.name}`, {
          method,
          headers,
          body: method === 'DELETE' ? null : JSON.stringify(body),
        })
      ).status;
    };
    for (const [given, statuses] of [
      [read, [403, 403, 403]],
      [operate, [200, 200, 204]],
    ] as const)
      expect([
        await change('POST', 'sse/ack', given),
        await change('POST', 'sse/seek', given),
        await change('DELETE', 'sse', given),
      ]).toEqual([...statuses]);
  });

  it('[A4][A4c] ends when its token does, and is told so', async () => {
    const given = await token({ role: 'read' }, 2_500);
    const [socket, socketIo, stream] = TRANSPORTS.map((transport) => listen(transport, { token: given })) as [
      RawClient,
      RawClient,
      RawClient,
    ];
    await Promise.all([socket, socketIo, stream].map((client) => client.first('caught_up')));
    expect(await refusalOf(socket)).toEqual(['UNAUTHORIZED', 4401]);
    expect(await refusalOf(socketIo)).toEqual(['UNAUTHORIZED', 0]);
    expect(await refusalOf(stream)).toEqual(['UNAUTHORIZED', 200]);
    // As a browser comes back: the same address, and where it had got to.
    const parameters = { graph: graph.name, from: 'earliest', batch: 'true', token: await token({ role: 'read' }) };
    const again = new EventStreamListener(stage.url, parameters, { 'last-event-id': head });
    clients.push(again);
    await again.first('caught_up');
  });

  for (const transport of TWO_WAY) {
    it(`[A4a] goes on with a token that it renewed in place, without losing a fact, by ${transport}`, async () => {
      const ends = Date.now() + 2_500;
      const client = listen(transport, { token: await tokens.mint({ role: 'read' }, new Date(ends)) });
      await client.first('caught_up');
      const later = new Date(Math.floor(Date.now() / 1000 + 60) * 1000);
      client.say({ action: 'authenticate', token: await tokens.mint({ role: 'read', graphs: [graph.name] }, later) });
      let last = head;
      await eventually(async () => {
        last = await graph.append(nodeAdded());
        return Date.now() > ends + 1_000; // beyond the first token's end, and the look for ended ones after it
      }, 10_000);
      await client.reach(last);
      expect(client.received.filter(({ type }) => type === 'authenticated')).toEqual([
        { type: 'authenticated', expires_at: later.toISOString() },
      ]);
    });

    it(`[A4b] is ended by a renewal that does not hold or does not cover what it is given, by ${transport}`, async () => {
      const close = (code: number): number => (transport === 'websocket' ? code : 0);
      const renewed = async (renewal: unknown, consumer?: string): Promise<unknown[]> => {
        const client = listen(transport, { token: await token({ role: 'operate' }), ...(consumer !== undefined && { consumer }) });
        await client.first('caught_up');
        client.say({ action: 'authenticate', token: renewal });
        return refusalOf(client);
      };
      expect(await renewed('x')).toEqual(['UNAUTHORIZED', close(4401)]);
      expect(await renewed(await token({ role: 'admin' }, -1_000))).toEqual(['UNAUTHORIZED', close(4401)]);
      expect(await renewed(await token({ role: 'admin', graphs: [other.name] }))).toEqual(['FORBIDDEN', close(4403)]);
      expect(await renewed(await token({ role: 'read' }), transport)).toEqual(['FORBIDDEN', close(4403)]);
      expect(await renewed(7)).toEqual(['BAD_REQUEST', close(4400)]);
    });
  }
});

describe('a subscriber of a notifier without a secret', () => {
  it('[A4a] that renews a token is told that nothing ends, and goes on', async () => {
    const stage = await startStage();
    const graph = await stage.graph();
    const client = new Listener(stage.url, { graph: graph.name, token: 'whatever it is' });
    await client.first('caught_up');
    client.say({ action: 'authenticate', token: 'another' });
    expect(await client.first('authenticated')).toEqual({ type: 'authenticated', expires_at: null });
    await client.reach(await graph.append(nodeAdded()));
    await client.close();
    await stage.close();
  });
});

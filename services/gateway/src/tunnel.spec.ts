import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { closeServer, listen, portOf, Problem, type Upgrade } from '@graphtail/runtime';
import { WebSocket, WebSocketServer } from 'ws';
import { eventually } from '../../../tests/support/eventually.ts';
import { FairTurns } from './fair-turns.ts';
import { openTunnel } from './tunnel.ts';
import { ServiceAgent } from './upstreams/agent.ts';
import { Deliveries } from './upstreams/delivery.ts';
import { Upstreams } from './upstreams/upstreams.ts';

const CHUNK = Buffer.alloc(64 * 1024);
const ASK = 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** As many open connections as a server has. */
async function open(server: Server): Promise<number> {
  return new Promise((resolve, reject) => server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))));
}

describe('a tunnel', () => {
  let front: Server;
  let service: Server;
  let agent: ServiceAgent;
  let upstreams: Upstreams;
  /** How the service serves an upgrade; not one of ours, so that nothing is owed to its good manners. */
  let serve: (socket: Socket) => void;

  beforeEach(async () => {
    agent = new ServiceAgent();
    service = createServer().on('upgrade', (_request, socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      serve(socket as Socket);
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const base = `http://127.0.0.1:${String((service.address() as AddressInfo).port)}`;
    upstreams = new Upstreams({ ingest: [], projector: [], notifier: [base] });
    const deliveries = new Deliveries(upstreams);
    const turns = new FairTurns();
    const onError = (): Problem => new Problem(503, 'UNAVAILABLE', 'away');
    const upgrade: Upgrade = (request, socket, head) =>
      void openTunnel(request, socket, head, {
        ...{ service: 'notifier', wish: {}, headers: request.headers },
        ...{ deliveries, agent, turns, onError },
      });
    front = await listen(() => undefined, { host: '127.0.0.1', port: 0 }, { upgrade });
  });
  afterEach(async () => {
    agent.destroy();
    upstreams.close();
    service.closeAllConnections();
    service.close();
    await closeServer(front, 50);
  });

  /** Writes on and on, as fast as it is taken, and ignores that its peer has closed its half. */
  function replay(socket: Socket): void {
    if (socket.write(CHUNK)) setImmediate(() => !socket.destroyed && replay(socket));
    else socket.once('drain', () => replay(socket));
  }

  async function dial(): Promise<Socket> {
    const socket = connect({ port: portOf(front), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(ASK);
    await once(socket, 'data');
    socket.pause();
    return socket;
  }
  const nothingIsHeld = async (): Promise<boolean> => (await open(front)) === 0 && (await open(service)) === 0;

  it('is closed on both sides when its client disconnects in the middle of a replay', async () => {
    serve = replay;
    const clients = await Promise.all(Array.from({ length: 200 }, dial));
    expect([await open(front), await open(service)]).toEqual([200, 200]);
    for (const [i, client] of clients.entries()) if (i % 2 === 0) client.resetAndDestroy();
    for (const client of clients) client.destroy();
    await expectAsync(eventually(nothingIsHeld, 5_000)).toBeResolved();
  });

  it('is closed on both sides when its client closes its half and reads nothing', async () => {
    serve = replay;
    const clients = await Promise.all(Array.from({ length: 20 }, dial));
    for (const client of clients) client.end();
    await expectAsync(eventually(nothingIsHeld, 15_000)).toBeResolved();
    for (const client of clients) client.destroy();
  });

  it('is closed on both sides when its service breaks or ends', async () => {
    for (const how of ['resetAndDestroy', 'end'] as const) {
      const served: Socket[] = [];
      serve = (socket) => void served.push(socket);
      const clients = await Promise.all(Array.from({ length: 20 }, dial));
      for (const socket of served) socket[how]();
      for (const client of clients) client.resume().once('end', () => client.end());
      await expectAsync(eventually(nothingIsHeld, 5_000)).toBeResolved();
    }
  });

  it('forwards what the service wrote last before it ended', async () => {
    serve = (socket) => {
      for (let i = 0; i < 64; i++) socket.write(CHUNK);
      socket.end('the last words');
    };
    const client = await dial();
    let got = '';
    client
      .setEncoding('latin1')
      .resume()
      .on('data', (text: string) => (got = (got + text).slice(-100)));
    await once(client, 'end');
    client.end();
    expect(got).toMatch(/the last words$/);
  });

  it("forwards the service's close code, for messages that are too large, no text or no frames", async () => {
    const peers = new WebSocketServer({ noServer: true, maxPayload: 1024 });
    service.removeAllListeners('upgrade').on('upgrade', (request, socket, head) => {
      peers.handleUpgrade(request, socket, head, (peer) => peer.on('error', () => undefined));
    });
    const closedWith = async (send: (client: WebSocket, raw: Socket) => void): Promise<number> => {
      const client = new WebSocket(`ws://127.0.0.1:${String(portOf(front))}/ws`);
      client.on('error', () => undefined);
      await once(client, 'open');
      send(client, (client as unknown as { _socket: Socket })._socket);
      const [code] = (await once(client, 'close')) as [number];
      return code;
    };
    expect(await closedWith((client) => client.send('x'.repeat(2_000)))).toBe(1009);
    expect(await closedWith((client) => client.send(Buffer.from([0xff, 0xfe]), { binary: false }))).toBe(1007);
    expect(await closedWith((_, raw) => raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff])))).toBe(1002);
  });

  it("forwards a service's refusal completely, as the last answer on the connection", async () => {
    service.removeAllListeners('upgrade').on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 404 Not Found\r\nX-Why: none\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnone\r\n0\r\n\r\n');
    });
    const client = connect(portOf(front), '127.0.0.1').setEncoding('utf8');
    client.write(ASK);
    let answer = '';
    client.on('data', (text: string) => (answer += text));
    await once(client, 'close');
    expect(answer).toBe('HTTP/1.1 404 Not Found\r\nX-Why: none\r\nConnection: close\r\n\r\nnone');
  });
});

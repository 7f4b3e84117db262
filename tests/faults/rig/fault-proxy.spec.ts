import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { Redis } from 'ioredis';
import { eventually } from '../../support/eventually.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { FaultProxy } from './fault-proxy.ts';

describe('The fault proxy', () => {
  let server: TestRedis;
  let proxy: FaultProxy;
  let direct: Redis;
  const clients: Redis[] = [];
  const client = (name = 'tester'): Redis => {
    const redis = new Redis(proxy.port, '127.0.0.1', {
      protocol: 2,
      connectionName: name,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: () => 20,
    });
    redis.on('error', () => undefined);
    clients.push(redis);
    return redis;
  };
  beforeAll(async () => {
    server = await startRedis();
    direct = new Redis(server.url, { protocol: 2 });
    proxy = await FaultProxy.listen({ port: server.port, redis: true });
  });
  afterEach(async () => {
    proxy.clear();
    for (const redis of clients.splice(0)) redis.disconnect();
    await direct.flushall();
  });
  afterAll(async () => {
    await proxy.close();
    direct.disconnect();
    await server.stop();
  });

  it('loses the reply of a command that ran, and ends the connection', async () => {
    const redis = client();
    await redis.ping();
    proxy.onCommand((words) => (words[0]?.toLowerCase() === 'incr' ? 'loses_reply' : 'passes'));
    await expectAsync(redis.incr('counter')).toBeRejected();
    expect(await direct.get('counter')).toBe('1');
  });

  it('drops a command, while earlier commands in the same piece arrive', async () => {
    const redis = client();
    await redis.ping();
    proxy.onCommand((words) => (words[1] === 'second' ? 'never_arrives' : 'passes'));
    const sent = await Promise.allSettled([redis.incr('first'), redis.incr('second')]);
    expect(sent[1].status).toBe('rejected');
    await eventually(async () => (await direct.get('first')) === '1');
    expect(await direct.get('second')).toBeNull();
  });

  it('holds data while stalled, and delivers all of it afterwards', async () => {
    const redis = client();
    await redis.ping();
    proxy.set({ stalled: 'both' });
    let answered = false;
    const asked = redis.incr('counter').then(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([answered, await direct.get('counter')]).toEqual([false, null]);
    proxy.clear();
    await asked;
    expect(await direct.get('counter')).toBe('1');
  });

  it('drops bytes without closing, and closes such a connection when the fault ends', async () => {
    const socket = dial(proxy.port, '127.0.0.1');
    await once(socket, 'connect');
    let closed = false;
    socket.once('close', () => (closed = true));
    socket.on('error', () => undefined);
    proxy.set({ vanishing: 'to_client' });
    socket.write('INCR counter\r\n');
    await eventually(async () => (await direct.get('counter')) === '1');
    expect(closed).toBeFalse();
    // The reply reaches the proxy, and goes no further.
    await eventually(() => {
      proxy.clear();
      proxy.set({ vanishing: 'to_client' });
      return closed;
    });
  });

  it('cuts the connections whose names have a given prefix, and no others', async () => {
    const [a, b] = [client('ingest'), client('notifier')];
    await Promise.all([a.ping(), b.ping()]);
    let ended = '';
    a.once('close', () => (ended += 'a'));
    b.once('close', () => (ended += 'b'));
    expect(proxy.cut('ing')).toBe(1);
    await eventually(() => ended === 'a');
    expect(await b.ping()).toBe('PONG');
  });
});

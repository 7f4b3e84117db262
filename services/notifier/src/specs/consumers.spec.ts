import { ORIGIN, epochOf, offset, type ErrorFrame, type Offset } from '@graphtail/facts';
import { io } from 'socket.io-client';
import { eventually } from '../../../../tests/support/eventually.ts';
import { trimThrough } from '../../../../tests/support/log.ts';
import { startNotifierProcess, type NotifierProcess } from '../../../../tests/support/notifier.ts';
import { Listener, type Received } from './listeners.ts';
import { nodeAdded, startStage, type Graph, type Stage } from './support.ts';

type Row = { name: string | null; state: string; transport: string | null; cursor: Offset; lag: number; acknowledged: Offset | null };
type Answer = { status: number; body: { code?: string; cursor?: Offset; field?: string } };

describe('durable cursors of a notifier', () => {
  let stage: Stage;
  let other: NotifierProcess;
  let graph: Graph;
  let head: Offset;
  const listeners: Listener[] = [];
  const streams: AbortController[] = [];

  beforeAll(async () => {
    stage = await startStage();
    other = await startNotifierProcess(stage.server.url);
  });
  beforeEach(async () => {
    graph = await stage.graph();
    head = await graph.append(nodeAdded(), nodeAdded(), nodeAdded(), nodeAdded());
  });
  afterEach(async () => {
    streams.splice(0).forEach((stream) => stream.abort());
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
  });
  afterAll(async () => {
    await other.stop();
    await stage.close();
  });

  const at = (seq: number): Offset => offset(epochOf(head), seq);

  /** A session named `me`. */
  function listen(parameters: Record<string, string> = {}, url = stage.url): Listener {
    const listener = new Listener(url, { graph: graph.name, consumer: 'me', batch: 'true', ...parameters });
    listeners.push(listener);
    return listener;
  }

  async function connected(parameters: Record<string, string> = {}, url = stage.url): Promise<Listener> {
    const listener = listen(parameters, url);
    await listener.first('caught_up');
    return listener;
  }

  async function ask(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${stage.url}/api/consumers/${path}?graph=${graph.name}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
  }

  async function rows(): Promise<Row[]> {
    const response = await fetch(`${stage.url}/api/consumers?graph=${graph.name}`);
    return ((await response.json()) as { consumers: Row[] }).consumers;
  }

  const acknowledged = async (): Promise<Offset | null | undefined> => (await rows()).find(({ name }) => name === 'me')?.acknowledged;
  const isAt = (seq: number) => eventually(async () => (await acknowledged()) === at(seq));

  async function begins(listener: Listener): Promise<Offset> {
    return (await listener.first('subscribed')).cursor;
  }

  async function ended(listener: Listener): Promise<{ error: ErrorFrame; closeCode: number }> {
    const { code } = await listener.whenClosed();
    return { error: listener.received.at(-1) as ErrorFrame, closeCode: code };
  }

  it('[S11a][S11e] resumes where it was acknowledged without the client’s memory; a new name begins at the earliest', async () => {
    const first = await connected();
    expect(await begins(first)).toBe(ORIGIN);
    first.say({ action: 'ack', cursor: at(3) });
    await isAt(3);
    await first.close();
    const second = await connected();

    expect(await begins(second)).toBe(at(3));
    expect(second.offsets).toEqual([head]);
  });

  it('[S11k] what was sent but not acknowledged comes again', async () => {
    await (await connected()).close();

    expect((await connected()).offsets.length).toBe(4);
  });

  it('[S11a] `from` wins over the stored cursor, and does not move it', async () => {
    const listener = await connected({ from: at(2) });

    expect(await begins(listener)).toBe(at(2));
    expect(await acknowledged()).toBe(ORIGIN);
  });

  it('[S11b] an ack may come as fast as facts do, and ends at the last', async () => {
    const listener = await connected({ batch: 'false' });
    for (const seq of [1, 3, 2, 4, 1]) listener.say({ action: 'ack', cursor: at(seq) });
    await isAt(4);

    expect(listener.closed).toBeUndefined();
  });

  for (const [what, cursor, code, closeCode] of [
    ['of another log', () => '7-3', 'STREAM_REPLACED', 4409],
    ['past the head', () => at(9), 'CURSOR_IN_FUTURE', 4409],
    ['ahead of what was sent', () => at(5), 'BAD_REQUEST', 4400],
    ['that is malformed', () => 'x', 'BAD_REQUEST', 4400],
  ] as const) {
    it(`[S11h][S11i] an ack ${what} is refused with its code, and moves nothing`, async () => {
      const listener = await connected();
      listener.say({ action: 'pause' });
      await eventually(async () => (await rows())[0]?.state === 'paused');
      await graph.append(nodeAdded());
      listener.say({ action: 'ack', cursor: cursor() });
      const { error, closeCode: closed } = await ended(listener);

      expect([error.code, closed]).toEqual([code, closeCode]);
      expect(await acknowledged()).toBe(ORIGIN);
    });
  }

  for (const where of ['the same notifier', 'another notifier'] as const) {
    it(`[S11c] of two sessions of one name the newer wins, and the older is told (${where})`, async () => {
      const older = await connected();
      const newer = await connected({}, where === 'another notifier' ? other.url : stage.url);
      const began = performance.now();
      const { error, closeCode } = await ended(older);

      expect(error).toEqual(jasmine.objectContaining({ code: 'CONSUMER_REPLACED', retryable: false }));
      expect(closeCode).toBe(4409);
      expect(performance.now() - began).toBeLessThan(2_000);
      newer.say({ action: 'ack', cursor: at(2) });
      await isAt(2);
      expect(newer.closed).toBeUndefined();
    });
  }

  it('[S11l] an ack of the older session never moves the cursor, wherever the newer is', async () => {
    const older = await connected();
    const newer = listen({}, other.url);
    await newer.first('subscribed');
    older.say({ action: 'ack', cursor: at(4) });
    const { error } = await ended(older);

    expect(error.code).toBe('CONSUMER_REPLACED');
    expect(await acknowledged()).toBe(ORIGIN);
  });

  it('[S11c] a session whose taking of the name Redis lost keeps it', async () => {
    await (await connected()).close();
    const key = `graphtail:{${graph.name}}:consumers`;
    const before = await stage.redis.hgetall(key);
    const listener = await connected();
    for (const seq of [2, 3]) {
      await stage.redis.hset(key, before); // as after a failover to a replica that missed the latest
      listener.say({ action: 'ack', cursor: at(seq) });
      await isAt(seq);
    }
    await stage.redis.hset(key, before);
    await eventually(async () => (await stage.redis.hget(key, 'me')) !== before['me']);

    expect(listener.closed).toBeUndefined();
  });

  it('[S11g] who is refused takes no name', async () => {
    const holder = await connected();
    const refused = await ended(listen({ from: '7-3' }));
    holder.say({ action: 'ack', cursor: at(1) });
    await isAt(1);

    expect(refused.error.code).toBe('STREAM_REPLACED');
    expect(holder.closed).toBeUndefined();
  });

  for (const where of ['the same notifier', 'another notifier'] as const) {
    it(`[S11d] a seek moves the cursor, and its session is told to reconnect (${where})`, async () => {
      const listener = await connected({}, where === 'another notifier' ? other.url : stage.url);
      listener.say({ action: 'ack', cursor: at(4) });
      await isAt(4);
      const answer = await ask('POST', 'me/seek', { to: 'last:3' });
      const { error, closeCode } = await ended(listener);

      expect(answer).toEqual({ status: 200, body: jasmine.objectContaining({ cursor: at(1) }) as Answer['body'] });
      expect(error).toEqual(jasmine.objectContaining({ code: 'CONSUMER_REPLACED', retryable: true }));
      expect(closeCode).toBe(4409);
      expect(await begins(await connected())).toBe(at(1));
    });
  }

  it('[S11n] a deleted name is forgotten, and its session told', async () => {
    const listener = await connected();
    listener.say({ action: 'ack', cursor: at(4) });
    await isAt(4);

    expect((await ask('DELETE', 'me')).status).toBe(204);
    expect((await ended(listener)).error).toEqual(jasmine.objectContaining({ code: 'CONSUMER_REPLACED', retryable: false }));
    expect(await rows()).toEqual([]);
    expect(await begins(await connected())).toBe(ORIGIN);
  });

  it('[S11o] a name that Redis lost alone begins anew: its session is told to reconnect', async () => {
    const listener = await connected();
    listener.say({ action: 'ack', cursor: at(4) });
    await isAt(4);
    await stage.redis.del(`graphtail:{${graph.name}}:consumers`);

    expect((await ended(listener)).error).toEqual(jasmine.objectContaining({ code: 'CONSUMER_REPLACED', retryable: true }));
    expect(await begins(await connected())).toBe(ORIGIN);
  });

  for (const [method, path, body, status, code, field] of [
    ['POST', 'nobody/seek', { to: 'latest' }, 404, 'NOT_FOUND', undefined],
    ['POST', 'nobody/ack', { cursor: '0-0' }, 404, 'NOT_FOUND', undefined],
    ['DELETE', 'nobody', undefined, 404, 'NOT_FOUND', undefined],
    ['POST', 'nobody/seek', { to: 'somewhere' }, 400, 'BAD_REQUEST', 'to'],
    ['POST', 'nobody/seek', { to: '7-3' }, 409, 'STREAM_REPLACED', undefined],
    ['POST', 'nobody/ack', {}, 400, 'BAD_REQUEST', 'cursor'],
    ['POST', 'nobody/ack', { cursor: '7-3' }, 409, 'STREAM_REPLACED', undefined],
    ['POST', '.bad/ack', { cursor: '0-0' }, 400, 'BAD_REQUEST', 'name'],
  ] as const) {
    it(`[S11p] ${method} ${path} ${JSON.stringify(body)} is answered ${String(status)} ${code}`, async () => {
      const answer = await ask(method, path, body);

      expect([answer.status, answer.body.code, answer.body.field]).toEqual([status, code, field]);
    });
  }

  it('[S11r] lists sessions and stored cursors, and tells the lag of the named', async () => {
    const listener = await connected();
    listener.say({ action: 'ack', cursor: at(3) });
    await isAt(3);
    expect(await rows()).toEqual([jasmine.objectContaining({ name: 'me', transport: 'websocket', state: 'live', cursor: head, lag: 0 })]);
    expect(await stage.metrics()).toMatch(/graphtail_subscriber_lag_facts{graph="[^"]+",consumer="me"} 0\n/);
    await listener.close();
    await eventually(async () => (await rows())[0]?.state === 'stored');
    expect(await rows()).toEqual([jasmine.objectContaining({ name: 'me', transport: null, cursor: at(3), lag: 1 })]);
    expect(await stage.metrics()).not.toContain('consumer="me"');
  });

  it('[S11r] lists a session that is with another notifier, as that one told a moment ago', async () => {
    const listener = await connected({ types: 'node_added' }, other.url);
    await eventually(async () => (await rows())[0]?.state === 'live');

    expect(await rows()).toEqual([
      jasmine.objectContaining({ name: 'me', transport: 'websocket', cursor: head, lag: 0, acknowledged: ORIGIN }),
    ]);
    await listener.close();
    await eventually(async () => (await rows())[0]?.state === 'stored', 8_000);
  }, 20_000);

  it('[S11f] a stored cursor that is too old is refused like any, and on_too_old is honoured', async () => {
    await (await connected()).close();
    await graph.append(nodeAdded());
    await trimThrough(stage.redis, graph.log, head);

    expect((await ended(listen())).error).toEqual(jasmine.objectContaining({ code: 'CURSOR_TOO_OLD', resume_at: head }));
    expect(await begins(await connected({ on_too_old: 'earliest' }))).toBe(head);
  });

  describe('over server-sent events', () => {
    async function stream(headers: Record<string, string> = {}) {
      const abort = new AbortController();
      streams.push(abort);
      const url = `${stage.url}/sse/events?graph=${graph.name}&consumer=me&batch=true`;
      const response = await fetch(url, { headers, signal: abort.signal });
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      /** All that came, once it holds some text. */
      const until = async (wanted: string): Promise<string> => {
        while (!text.includes(wanted)) {
          const { done, value } = await reader.read();
          if (done) throw new Error(`ended without ${wanted}: ${text}`);
          text += value;
        }
        return text;
      };
      return { session: response.headers.get('graphtail-session')!, until, abort };
    }

    it('[S11b] acknowledges over HTTP, and resumes there', async () => {
      const { until, abort, session } = await stream();
      await until('caught_up');
      const answer = await ask('POST', 'me/ack', { cursor: at(3), session });
      abort.abort();

      expect(answer).toEqual({ status: 200, body: jasmine.objectContaining({ cursor: at(3) }) as Answer['body'] });
      const again = await stream();
      expect(await again.until('caught_up')).toContain(`event: subscribed\nid: ${at(3)}\n`);
    });

    it('[S11a] Last-Event-ID wins over the stored cursor, which can still be acknowledged', async () => {
      const { until } = await stream({ 'last-event-id': at(2) });

      expect(await until('caught_up')).toContain(`event: subscribed\nid: ${at(2)}\n`);
      expect((await ask('POST', 'me/ack', { cursor: at(4) })).status).toBe(200);
      expect(await acknowledged()).toBe(head);
    });

    it('[S11m] an ack that names an older session is refused and moves nothing', async () => {
      const older = await stream();
      await older.until('caught_up');
      await (await stream()).until('caught_up');
      const answer = await ask('POST', 'me/ack', { cursor: at(4), session: older.session });

      expect([answer.status, answer.body.code]).toEqual([409, 'CONSUMER_REPLACED']);
      expect(await acknowledged()).toBe(ORIGIN);
      expect(await older.until('CONSUMER_REPLACED')).toContain('"retryable":false');
    });

    it('[S11d] a seek makes a browser forget its Last-Event-ID', async () => {
      const { until } = await stream();
      await until('caught_up');
      await ask('POST', 'me/seek', { to: at(1) });

      expect(await until('CONSUMER_REPLACED')).toContain('event: error\nid: \n');
    });
  });

  it('[S11] Socket.IO resumes and acknowledges too', async () => {
    const socket = io(`${stage.url}/events`, {
      auth: { graph: graph.name, consumer: 'me' },
      transports: ['websocket'],
      reconnection: false,
      useNativeTimers: true,
    });
    const received: Received[] = [];
    socket.onAny((_event, frame: Received) => received.push(frame));
    await eventually(() => received.some(({ type }) => type === 'caught_up'));
    socket.emit('ack', { cursor: at(3) });
    await isAt(3);
    await connected();
    await eventually(() => received.at(-1)?.type === 'error' && !socket.connected);

    expect(received.at(-1)).toEqual(jasmine.objectContaining({ code: 'CONSUMER_REPLACED', retryable: false }));
  });

  it('[S11h] when Redis lost everything an ack is refused, and so is the session', async () => {
    const listener = await connected();
    await stage.redis.flushall();
    listener.say({ action: 'ack', cursor: at(4) });

    expect((await ended(listener)).error.code).toBe('STREAM_REPLACED');
  });
});

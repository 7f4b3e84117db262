import { epochOf, offset } from '@graphtail/facts';
import { io, type Socket } from 'socket.io-client';
import { cursorOf, offsetsOf, type Received } from './listeners.ts';
import { nodeAdded, analysisFailed, startStage, type Graph, type Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

describe('delivery over Socket.IO', () => {
  const sockets: Socket[] = [];
  afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));

  function connect(auth: Record<string, unknown>, transports = ['websocket']): { socket: Socket; received: Received[] } {
    const socket = io(`${stage.url}/events`, { auth, transports, reconnection: false, useNativeTimers: true, forceNew: true });
    sockets.push(socket);
    const received: Received[] = [];
    socket.onAny((event: string, frame: Received) => {
      if (frame.type !== (event as typeof frame.type)) throw new Error(`${frame.type} came as ${event}`);
      received.push(frame);
    });
    return { socket, received };
  }

  async function until(socket: Socket, condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => void socket.onAny(() => resolve()));
  }

  for (const transports of [['websocket'], ['polling']]) {
    it(`[S1] replays and goes on live, frames arriving as events named by their type (${transports.join()})`, async () => {
      const graph = await stage.graph();
      await graph.append(nodeAdded(), nodeAdded());
      const { socket, received } = connect({ graph: graph.name, from: 'earliest', batch: 'true' }, transports);
      await until(socket, () => received.some(({ type }) => type === 'caught_up'));
      const head = await graph.append(nodeAdded('src/ü.ts'), analysisFailed());
      await until(socket, () => cursorOf(received) === head);

      expect(offsetsOf(received)).toEqual([1, 2, 3, 4].map((seq) => offset(epochOf(head), seq)));
    });
  }

  it('[S1][S8][S8b] takes values that are texts or not, and actions as events', async () => {
    const graph = await stage.graph();
    const { socket, received } = connect({ graph: graph.name, batch: true, types: ['node_deleted'], speed: '1000' });
    socket.emit('ping');
    socket.emit('filter', { event_types: ['node_added'] });
    await until(socket, () => received.some(({ type }) => type === 'filter_updated'));
    const head = await graph.append(nodeAdded());
    await until(socket, () => cursorOf(received) === head);

    expect(received.map(({ type }) => type)).toContain('pong');
    expect(offsetsOf(received)).toEqual([head]);
  });

  it('[S2] refuses after the connection is made, and tells the client to stay away', async () => {
    await stage.graph(); // where there is none at all, one may yet come, and a client may come back
    const { socket, received } = connect({ graph: 'nowhere' });
    const reason = await new Promise<string>((resolve) => void socket.once('disconnect', resolve));

    expect(received).toEqual([jasmine.objectContaining({ type: 'error', code: 'UNKNOWN_GRAPH' })]);
    expect(reason).toBe('io server disconnect');
  });
});

describe('delivery over server-sent events', () => {
  type Event = { event: string; id: string | undefined; data: string };

  const streams: AbortController[] = [];
  afterEach(() => streams.splice(0).forEach((stream) => stream.abort()));

  async function open(parameters: Record<string, string>, headers: Record<string, string> = {}) {
    const abort = new AbortController();
    streams.push(abort);
    const query = new URLSearchParams(parameters).toString();
    const response = await fetch(`${stage.url}/sse/events?${query}`, { headers, signal: abort.signal });
    return { response, events: response.body === null ? none() : read(response.body) };
  }

  async function* none(): AsyncGenerator<Event> {
    yield* [];
  }

  async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<Event> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const lines = block.split('\n');
        const field = (name: string) => lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
        if (field('event').length > 0) yield { event: field('event')[0]!, id: field('id')[0], data: field('data').join('\n') };
      }
    }
  }

  async function take(events: AsyncGenerator<Event>, last: (event: Event) => boolean): Promise<Event[]> {
    const taken: Event[] = [];
    for (;;) {
      const { value, done } = await events.next();
      if (done === true) return taken;
      taken.push(value);
      if (last(value)) return taken;
    }
  }

  let graph: Graph;
  let head: ReturnType<typeof offset>;
  beforeAll(async () => {
    graph = await stage.graph();
    head = await graph.append(nodeAdded(), nodeAdded(), nodeAdded());
  });

  it('[S1] names each event by its type, and gives the cursor as its id', async () => {
    const { response, events } = await open({ graph: graph.name, from: 'earliest', batch: 'true' });
    const taken = await take(events, ({ event }) => event === 'caught_up');

    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(taken.map(({ event, id }) => [event, id])).toEqual([
      ['subscribed', '0-0'],
      ['facts', head],
      ['caught_up', head],
    ]);
    expect(offsetsOf(taken.map(({ data }) => JSON.parse(data) as Received)).length).toBe(3);
  });

  it('[S14] goes on after Last-Event-ID, whatever `from` says', async () => {
    const last = offset(epochOf(head), 2);
    const { events } = await open({ graph: graph.name, from: 'earliest' }, { 'last-event-id': last });
    const taken = await take(events, ({ event }) => event === 'caught_up');

    expect(taken.map(({ event, id }) => [event, id])).toEqual([
      ['subscribed', last],
      ['cdc_event', head],
      ['caught_up', head],
    ]);
  });

  it('[S5a] gives no id to resume from before a snapshot is whole', async () => {
    const { events } = await open({ graph: graph.name, from: 'snapshot', batch: 'true' });
    const taken = await take(events, ({ event }) => event === 'facts');

    expect(taken.map(({ event, id }) => [event, id])).toEqual([
      ['subscribed', undefined],
      ['snapshot_begin', undefined],
      ['snapshot_end', '0-0'],
      ['facts', head],
    ]);
  });

  for (const [what, parameters, lastEventId] of [
    ['a parameter that does not fit', { from: 'x' }, undefined],
    ['a cursor of another log', {}, '7-3'],
  ] as const) {
    it(`[S14a] tells ${what} as an error event, and answers the browser’s next attempt with 204, once`, async () => {
      const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      const first = await open({ graph: graph.name, ...parameters }, headers);
      const events = await take(first.events, () => false);
      const second = await open({ graph: graph.name, ...parameters }, headers);
      const third = await open({ graph: graph.name, ...parameters }, headers);

      expect(events.map(({ event }) => event)).toEqual(['error']);
      expect([first, second, third].map(({ response }) => response.status)).toEqual([200, 204, 200]);
    });
  }

  it('[S7][S14b] ends at `to`, and has nothing more for a browser that comes back', async () => {
    const parameters = { graph: graph.name, from: 'earliest', to: head };
    const first = await open(parameters);
    const taken = await take(first.events, () => false);
    const second = await open(parameters, { 'last-event-id': taken.at(-1)!.id! });

    expect(taken.at(-1)).toEqual(jasmine.objectContaining({ event: 'end', id: head }));
    expect(second.response.status).toBe(204);
  });
});

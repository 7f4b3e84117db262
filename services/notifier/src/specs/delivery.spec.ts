import { FrameSchema, ORIGIN, offset, epochOf, seqOf } from '@graphtail/facts';
import { Listener, offsetsOf } from './listeners.ts';
import { analysisFailed, nodeAdded, startStage, type Stage } from './support.ts';

describe('delivery over a WebSocket', () => {
  let stage: Stage;
  const listeners: Listener[] = [];

  function listen(parameters: Record<string, string>, path?: string): Listener {
    const listener = new Listener(stage.url, parameters, path);
    listeners.push(listener);
    return listener;
  }

  beforeAll(async () => {
    stage = await startStage();
  });
  afterEach(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
  });
  afterAll(() => stage.close());

  it('[S1][S2][S3a][S6] replays from the start, says when it has caught up, and goes on live, each frame continuing the one before', async () => {
    const graph = await stage.graph();
    for (let i = 0; i < 5; i++) await graph.append(nodeAdded(), nodeAdded());
    const listener = listen({ graph: graph.name, from: 'earliest', batch: 'true' });
    const caughtUp = await listener.first('caught_up');
    const head = await graph.append(nodeAdded(), nodeAdded(), nodeAdded());
    await listener.reach(head);

    expect(caughtUp.cursor).toBe(caughtUp.head);
    expect(listener.received[0]).toEqual(
      jasmine.objectContaining({ type: 'subscribed', graph: graph.name, cursor: ORIGIN, mode: 'replay' }),
    );
    expect(listener.offsets).toEqual(Array.from({ length: 13 }, (_, i) => offset(epochOf(head), i + 1)));
    for (const frame of listener.received) expect(() => FrameSchema.parse(frame)).not.toThrow();
  });

  it('[S10a] sends every fact as a message of its own unless batches are asked for', async () => {
    const graph = await stage.graph();
    await graph.append(nodeAdded(), nodeAdded());
    const listener = listen({ graph: graph.name, from: 'earliest' }, '/ws/events/filtered');
    await listener.first('caught_up');
    const head = await graph.append(nodeAdded(), analysisFailed());
    await listener.reach(head);

    expect(listener.received.filter(({ type }) => type === 'facts')).toEqual([]);
    expect(listener.offsets.length).toBe(4);
    expect(listener.received.at(-1)).toEqual(jasmine.objectContaining({ type: 'cdc_event', offset: head, event_type: 'analysis_failed' }));
  });

  it('[C1] resumes after a cursor inside a batch', async () => {
    const graph = await stage.graph();
    const head = await graph.append(nodeAdded(), nodeAdded(), nodeAdded());
    const listener = listen({ graph: graph.name, from: offset(epochOf(head), 2), batch: 'true' });
    await listener.reach(head);

    expect(listener.offsets).toEqual([head]);
  });

  it('[C5b] begins and ends at places as people are shown them', async () => {
    const graph = await stage.graph();
    const head = await graph.append(nodeAdded(), nodeAdded(), nodeAdded(), nodeAdded());
    const listener = listen({ graph: graph.name, from: '#1', to: '#3', batch: 'true' });
    expect((await listener.first('end')).cursor).toBe(offset(epochOf(head), 3));
    expect(listener.offsets.map(seqOf)).toEqual([2, 3]);
    const refused = listen({ graph: graph.name, from: '#9' });
    expect((await refused.first('error')).code).toBe('CURSOR_IN_FUTURE');
  });

  it('[S4][S12b] filters by type, entity and path, and moves the cursor over what does not match', async () => {
    const graph = await stage.graph();
    await graph.append(nodeAdded('src/a.ts'), nodeAdded('docs/b.ts'), analysisFailed());
    const head = await graph.append(analysisFailed());
    const byPath = listen({ graph: graph.name, from: 'earliest', path: 'src/**', batch: 'true' });
    const byType = listen({ graph: graph.name, from: 'earliest', types: 'analysis_failed,node_deleted' });
    const byEntity = listen({ graph: graph.name, from: 'earliest', entities: 'node', batch: 'true' });
    await Promise.all([byPath, byType, byEntity].map((listener) => listener.first('caught_up')));

    expect(byPath.offsets).toEqual([offset(epochOf(head), 1)]);
    expect(byType.offsets).toEqual([offset(epochOf(head), 3), head]);
    expect(byEntity.offsets.length).toBe(2);
    expect([byPath, byType, byEntity].map(({ cursor }) => cursor)).toEqual([head, head, head]);
  });

  it('[S8] changes the filter while live, from the cursor that it tells', async () => {
    const graph = await stage.graph();
    const listener = listen({ graph: graph.name, types: 'node_deleted', batch: 'true' });
    await listener.first('caught_up');
    const before = await graph.append(nodeAdded());
    await listener.reach(before);
    listener.say({ action: 'filter', event_types: ['node_added'] });
    const { cursor } = await listener.first('filter_updated');
    const after = await graph.append(analysisFailed(), nodeAdded());
    await listener.reach(after);

    expect(cursor).toBe(before);
    expect(listener.offsets).toEqual([after]);
  });

  it('[S7] ends at `to`, inclusive, in the middle of a batch too', async () => {
    const graph = await stage.graph();
    const head = await graph.append(nodeAdded(), nodeAdded(), nodeAdded());
    const listener = listen({ graph: graph.name, from: 'earliest', to: offset(epochOf(head), 2) });
    const { cursor } = await listener.first('end');

    expect(cursor).toBe(offset(epochOf(head), 2));
    expect(listener.offsets.length).toBe(2);
    expect((await listener.whenClosed()).code).toBe(1000);
  });

  for (const source of ['the log', 'memory']) {
    it(`[S7] ends at \`to\` with every fact up to it and none beyond, wherever batches end (from ${source})`, async () => {
      const graph = await stage.graph();
      const witness = source === 'memory' ? listen({ graph: graph.name }) : undefined;
      await witness?.first('caught_up');
      for (let i = 0; i < 3; i++) await graph.append(nodeAdded(), nodeAdded());
      const { epoch, head } = await graph.log.state();
      await witness?.reach(head);
      for (const [to, batch] of [2, 3, 4, 5].flatMap((seq) => [[seq, 'true'] as const, [seq, 'false'] as const])) {
        const listener = listen({ graph: graph.name, from: 'earliest', to: offset(epoch, to), batch });
        await listener.whenClosed();

        expect(listener.offsets.map(seqOf)).toEqual(Array.from({ length: to }, (_, i) => i + 1));
        expect(listener.received.at(-1)).toEqual({ type: 'end', cursor: offset(epoch, to) });
      }
    });
  }

  it('[C5][C5a][S6][S13] begins at the latest where it is not said where', async () => {
    const graph = await stage.graph();
    const before = await graph.append(nodeAdded(), nodeAdded());
    const listener = listen({ graph: graph.name });
    await listener.first('caught_up');
    const head = await graph.append(nodeAdded());
    await listener.reach(head);

    expect(listener.received[0]).toEqual(jasmine.objectContaining({ type: 'subscribed', cursor: before, mode: 'live' }));
    expect(listener.offsets).toEqual([head]);
  });

  it('[S13] gives each subscriber of a batch the form that it asked for', async () => {
    const graph = await stage.graph();
    const [whole, single] = ['true', 'false'].map((batch) => listen({ graph: graph.name, batch }));
    await Promise.all([whole!.first('caught_up'), single!.first('caught_up')]);
    const head = await graph.append(nodeAdded(), nodeAdded());
    await Promise.all([whole!.reach(head), single!.reach(head)]);

    const kinds = [whole!, single!].map(({ received }) => received.slice(2).map(({ type }) => type));
    expect(kinds).toEqual([['facts'], ['cdc_event', 'cdc_event']]);
  });

  it('[S6a][S8a][S8b] keeps back what comes while it is paused, and makes up for it on resume', async () => {
    const graph = await stage.graph();
    const listener = listen({ graph: graph.name, batch: 'true' });
    await listener.first('caught_up');
    listener.say({ action: 'pause' });
    listener.say('ping');
    await listener.first('pong');
    await graph.append(nodeAdded());
    const witness = listen({ graph: graph.name, from: 'earliest' });
    await witness.first('cdc_event');
    const atResume = offsetsOf(listener.received);
    listener.say({ action: 'resume' });
    const head = await graph.append(nodeAdded());
    await listener.reach(head);

    expect(atResume).toEqual([]);
    expect(listener.offsets.length).toBe(2);
    expect(listener.received.map(({ type }) => type)).toContain('fell_behind');
  });

  it('[S10][S10a] is the stored bytes: a frame of facts around those of a batch, a single fact without its first brace', async () => {
    const graph = await stage.graph();
    const head = await graph.append(nodeAdded('src/ü.ts'), nodeAdded('src/b.ts', 'line\nfeed'));
    const { payload, appendedAt } = (await graph.log.readAfter(ORIGIN)).batches[0]!;
    const texts: string[][] = [];
    for (const batch of ['true', 'false']) {
      const listener = listen({ graph: graph.name, from: 'earliest', batch });
      const own: string[] = [];
      listener.socket.on('message', (data) => own.push((data as Buffer).toString()));
      await listener.first('caught_up');
      texts.push(own.slice(1).filter((text) => !text.includes('"caught_up"')));
    }

    const start = `{"type":"facts","graph":"${graph.name}","prev":"0-0","through":"${head}"`;
    expect(texts[0]).toEqual([`${start},"appended_at":"${new Date(appendedAt).toISOString()}","facts":[\n${payload}\n]}`]);
    const [first = '', second = ''] = payload.split(',\n');
    expect(texts[1]).toEqual([
      `{"type":"cdc_event","prev":"0-0",${first.slice(1)}`,
      `{"type":"cdc_event","prev":"${offset(epochOf(head), 1)}",${second.slice(1)}`,
    ]);
  });

  it('[S12a] leaves out nothing where a filter is empty', async () => {
    const graph = await stage.graph();
    const head = await graph.append(nodeAdded(), analysisFailed());
    const listener = listen({ graph: graph.name, from: 'earliest', types: '', entities: '', path: '', batch: 'true' });
    await listener.reach(head);

    expect(listener.offsets.length).toBe(2);
  });

  it('[S5b] begins with an empty state where there is no snapshot, then sends everything', async () => {
    const graph = await stage.graph();
    const head = await graph.append(nodeAdded());
    const listener = listen({ graph: graph.name, from: 'snapshot', batch: 'true' });
    await listener.reach(head);

    expect(listener.received.slice(1, 3)).toEqual([
      { type: 'snapshot_begin', as_of: ORIGIN, node_count: 0, relationship_count: 0 },
      { type: 'snapshot_end', as_of: ORIGIN, state_digest: '0000000000000000' },
    ]);
    expect(listener.offsets).toEqual([head]);
  });

  for (const [what, parameters, code, closeCode, word] of [
    ['a cursor that is malformed', { from: 'x' }, 'BAD_REQUEST', 4400, 'from'],
    ['a parameter that there is not', { form: 'latest' }, 'BAD_REQUEST', 4400, 'form'],
    ['an event type that there is not', { types: 'node_exploded' }, 'BAD_REQUEST', 4400, 'types'],
    ['an extended glob', { path: '+([a-z]|[a-z/]|[a-z/.])!' }, 'BAD_REQUEST', 4400, 'path'],
    ['a glob of too many alternatives', { path: `${'{**,**}'.repeat(4)}${'{[^@],[^@][^@]}'.repeat(14)}@` }, 'BAD_REQUEST', 4400, 'path'],
    ['a pace of nothing', { speed: '0' }, 'BAD_REQUEST', 4400, 'speed'],
    ['a name that no durable cursor can have', { consumer: '.me' }, 'BAD_REQUEST', 4400, 'consumer'],
    ['a graph that there is not', { graph: 'nowhere' }, 'UNKNOWN_GRAPH', 4404, 'nowhere'],
    ['a cursor of another log', { from: '7-3' }, 'STREAM_REPLACED', 4409, 'another log'],
    ['a cursor of another log, old ones allowed or not', { from: '7-3', on_too_old: 'earliest' }, 'STREAM_REPLACED', 4409, 'another log'],
    ['an end that the log does not have', { to: '9007199254740991-3' }, 'CURSOR_IN_FUTURE', 4409, 'to: '],
    ['an end before the start', { to: '0-0' }, 'BAD_REQUEST', 4400, 'to: '],
    ['a cursor of the future', { from: '9007199254740991-3' }, 'CURSOR_IN_FUTURE', 4409, 'ahead'],
  ] as const) {
    it(`[S2][S7a][S12][E2] refuses ${what} on the socket, and says why`, async () => {
      const graph = await stage.graph();
      await graph.append(nodeAdded());
      const listener = listen({ graph: graph.name, ...parameters });
      const closed = await listener.whenClosed();

      expect(listener.received).toEqual([jasmine.objectContaining({ type: 'error', code, message: jasmine.stringContaining(word) })]);
      expect(closed).toEqual({ code: closeCode, reason: code });
    });
  }

  for (const message of ['nonsense', '{"action":"dance"}', '{"action":"ack","cursor":"1-1"}', '{"action":"filter","event_types":["x"]}']) {
    it(`[S12][E2] ends a subscription that says ${message}, and says why`, async () => {
      const graph = await stage.graph();
      const listener = listen({ graph: graph.name });
      await listener.first('subscribed');
      listener.say(message);
      const closed = await listener.whenClosed();

      expect(listener.received.at(-1)).toEqual(jasmine.objectContaining({ type: 'error', code: 'BAD_REQUEST', retryable: false }));
      expect(closed.code).toBe(4400);
    });
  }

  it('[S15] paces a replay by the facts’ own times', async () => {
    const graph = await stage.graph();
    await graph.append(nodeAdded());
    await new Promise((resolve) => setTimeout(resolve, 300));
    const head = await graph.append(nodeAdded());
    const listener = listen({ graph: graph.name, from: 'earliest', speed: '0.5' });
    await listener.first('cdc_event');
    const started = performance.now();
    await listener.reach(head);

    expect(performance.now() - started).toBeGreaterThan(500);
  });

  it('[E2] sends its subscribers away with 1001 when it stops', async () => {
    const own = await startStage();
    const graph = await own.graph();
    const listener = new Listener(own.url, { graph: graph.name });
    await listener.first('subscribed');
    await own.closeNotifier();

    expect((await listener.whenClosed()).code).toBe(1001);
    await own.close();
  });
});

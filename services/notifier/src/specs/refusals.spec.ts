import { ORIGIN, emptyState, epochOf, offset, type CursorCode, type ErrorFrame, type Offset } from '@graphtail/facts';
import { Snapshots } from '@graphtail/log';
import { trimThrough } from '../../../../tests/support/log.ts';
import { EventStreamListener, TRANSPORTS, listenBy, type RawClient, type Transport } from './listeners.ts';
import { analysisFailed, nodeAdded, startStage, type Graph, type Stage } from './support.ts';

/** What a subscriber may have asked for besides; the facts are nodes, so that one filter lets all through and the other none. */
const WAYS: readonly Record<string, string>[] = [
  { batch: 'true' },
  { batch: 'false' },
  { batch: 'true', types: 'node_added' },
  { batch: 'false', types: 'node_deleted' },
];

describe('a cursor that the log refuses', () => {
  let stage: Stage;
  let graph: Graph;
  let head: Offset;
  let clients: RawClient[];
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    clients = [];
    graph = await stage.graph();
    for (let i = 0; i < 5; i++) head = await graph.append(nodeAdded(), nodeAdded());
  });
  afterEach(() => Promise.all(clients.map((client) => client.close())));

  const at = (seq: number): Offset => offset(epochOf(head), seq);

  function listen(transport: Transport, parameters: Record<string, string>): RawClient {
    const client = listenBy(transport, stage.url, { graph: graph.name, ...parameters });
    clients.push(client);
    return client;
  }

  /** The log without its last batch, as after a failover that missed it: an epoch opens. */
  async function loseLastBatch(): Promise<void> {
    await stage.redis.xdel(graph.log.keys.log, head);
  }

  /** The log without its first batches, by other hands than the log's own: an epoch opens, so that everybody is judged. */
  async function loseFirstBatches(through: Offset): Promise<void> {
    await stage.redis.xtrim(graph.log.keys.log, 'MINID', offset(epochOf(through), Number(through.split('-')[1]) + 1));
  }

  /** What an isolated old master would hold: the log as it was, in the same epoch. */
  async function keepCopy(): Promise<() => Promise<void>> {
    const keys = [graph.log.keys.meta, graph.log.keys.log, graph.log.keys.epochs];
    const copies = await Promise.all(keys.map(async (key) => [key, await stage.redis.dumpBuffer(key)] as const));
    return async () => {
      const transaction = stage.redis.multi();
      for (const [key, copy] of copies) transaction.restore(key, 0, copy, 'REPLACE');
      await transaction.exec();
    };
  }

  /** A client of each transport and way. */
  function everyWay(listenSo: (transport: Transport, way: Record<string, string>) => RawClient) {
    return TRANSPORTS.flatMap((transport) => WAYS.map((way) => ({ transport, way, client: listenSo(transport, way) })));
  }

  async function saveSnapshot(): Promise<void> {
    const { digest, head: asOf } = await graph.log.state();
    await new Snapshots(stage.redis, graph.log).save(asOf, digest, emptyState());
  }

  async function refusal(client: RawClient, transport: Transport): Promise<ErrorFrame> {
    const closed = await client.whenClosed();
    const error = client.received.at(-1) as ErrorFrame;
    const reason = error.retryable ? 'transport close' : 'io server disconnect';
    expect(closed).toEqual(
      { websocket: { code: 4409, reason: error.code }, socketio: { code: 0, reason }, sse: { code: 200, reason: 'end' } }[transport],
    );
    return error;
  }

  for (const transport of TRANSPORTS) {
    describe(`over ${transport}`, () => {
      const cases: [CursorCode, () => Promise<Offset>, () => Partial<ErrorFrame>][] = [
        [
          'CURSOR_TOO_OLD',
          async () => (await trimThrough(stage.redis, graph.log, at(4)), at(2)),
          () => ({ retryable: false, earliest: at(5), head, resume_at: at(4) }),
        ],
        [
          'LOG_TRUNCATED',
          async () => (await loseLastBatch(), head),
          () => ({ retryable: false, earliest: at(1), head: at(8), diverged_at: at(8), resume_at: at(8) }),
        ],
        ['STREAM_REPLACED', () => Promise.resolve(offset(7, 3)), () => ({ retryable: false, earliest: at(1), head, resume_at: ORIGIN })],
        ['CURSOR_IN_FUTURE', () => Promise.resolve(at(99)), () => ({ retryable: true, earliest: at(1), head })],
      ];
      for (const [code, cursor, helps] of cases) {
        it(`[C3][E1] is refused at the start with ${code} and what helps, however it asks`, async () => {
          const from = await cursor();
          for (const way of WAYS) {
            const client = listen(transport, { from, ...way });
            const error = await refusal(client, transport);
            expect(client.received).toEqual([{ type: 'error', code, message: jasmine.any(String), ...helps() } as ErrorFrame]);
            expect(error.code).toBe(code);
          }
        });
      }

      it('[C3][S5][S13a] on_too_old=earliest goes on from what is left, on_too_old=snapshot from a state and every fact after it', async () => {
        await saveSnapshot();
        head = await graph.append(nodeAdded(), analysisFailed());
        await trimThrough(stage.redis, graph.log, at(4));
        for (const way of WAYS.slice(0, 3)) {
          const earliest = listen(transport, { from: at(2), on_too_old: 'earliest', ...way });
          const snapshot = listen(transport, { from: at(2), on_too_old: 'snapshot', ...way });
          await Promise.all([earliest, snapshot].map((client) => client.first('caught_up')));
          const wanted = way['types'] === undefined ? [11, 12] : [11];
          expect(earliest.received[0]).toEqual(jasmine.objectContaining({ type: 'subscribed', cursor: at(4), earliest: at(5) }));
          expect(earliest.offsets).toEqual([5, 6, 7, 8, 9, 10, ...wanted].map(at));
          expect(snapshot.received.slice(0, 3).map(({ type }) => type)).toEqual(['subscribed', 'snapshot_begin', 'snapshot_end']);
          expect(snapshot.received[0]).toEqual(jasmine.objectContaining({ cursor: at(10) }));
          expect(snapshot.offsets).toEqual(wanted.map(at));
          expect([earliest.cursor, snapshot.cursor]).toEqual([head, head]);
        }
      });
    });
  }

  it('[C3][C3a] is refused on every transport with LOG_TRUNCATED in the middle of a session, without waiting for a fact', async () => {
    const live = everyWay((transport, way) => listen(transport, { from: 'earliest', ...way }));
    await Promise.all(live.map(({ client }) => client.first('caught_up')));
    await loseLastBatch();
    for (const { client, transport } of live) {
      expect(await refusal(client, transport)).toEqual(
        jasmine.objectContaining({ code: 'LOG_TRUNCATED', retryable: false, diverged_at: at(8), resume_at: at(8), head: at(8) }),
      );
      expect(client.cursor).toBe(head);
    }
  });

  it('[C3] is refused on every transport with STREAM_REPLACED in the middle of a session', async () => {
    const live = everyWay((transport, way) => listen(transport, { from: 'earliest', ...way }));
    await Promise.all(live.map(({ client }) => client.first('caught_up')));
    await stage.redis.flushall();
    for (const { client, transport } of live) {
      expect(await refusal(client, transport)).toEqual(jasmine.objectContaining({ code: 'STREAM_REPLACED', retryable: false }));
    }
  });

  it('[C3][C4] is refused with CURSOR_IN_FUTURE in the middle of a session, to be tried again', async () => {
    const goBack = await keepCopy();
    head = await graph.append(nodeAdded());
    const live = everyWay((transport, way) => listen(transport, { from: 'earliest', ...way }));
    await Promise.all(live.map(({ client }) => client.first('caught_up')));
    await goBack();
    for (const { client, transport } of live) {
      expect(await refusal(client, transport)).toEqual(
        jasmine.objectContaining({ code: 'CURSOR_IN_FUTURE', retryable: true, head: at(10) }),
      );
    }
  });

  for (const onTooOld of ['error', 'earliest', 'snapshot']) {
    it(`[C3][E1a] is refused on every transport with CURSOR_TOO_OLD in the middle of a session; on_too_old=${onTooOld} says whether to come back`, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20)); // the pace holds every subscriber before what follows
      const trimmed = await graph.append(nodeAdded());
      await saveSnapshot();
      head = await graph.append(nodeAdded());
      const given = { from: 'earliest', speed: '0.0001', on_too_old: onTooOld };
      const paced = everyWay((transport, way) => listen(transport, { ...given, ...way })).filter(
        ({ way }) => way['types'] !== 'node_deleted',
      );
      await Promise.all(paced.map(({ client }) => client.until(() => client.offsets.length > 0)));
      await loseFirstBatches(trimmed);
      for (const { client, transport, way } of paced) {
        const error = await refusal(client, transport);
        expect(error).toEqual(
          jasmine.objectContaining({ code: 'CURSOR_TOO_OLD', retryable: onTooOld !== 'error', resume_at: trimmed, earliest: head }),
        );
        if (onTooOld === 'error') continue;
        const again = listen(transport, { from: client.cursor!, on_too_old: onTooOld, ...way });
        await again.reach(head);
        expect(again.received[0]).toEqual(jasmine.objectContaining({ type: 'subscribed' }));
      }
    });
  }

  it('[E2a] a graph that is not there is final, unless there is none at all: then it is to be asked for again', async () => {
    const final = listen('websocket', { graph: 'nowhere' });
    await final.whenClosed();
    await stage.redis.flushall();
    const retryable = listen('websocket', { graph: 'nowhere' });
    await retryable.whenClosed();

    expect(final.received).toEqual([jasmine.objectContaining({ code: 'UNKNOWN_GRAPH', retryable: false })]);
    expect(retryable.received).toEqual([jasmine.objectContaining({ code: 'UNKNOWN_GRAPH', retryable: true })]);
  });

  it('[S14a] a browser’s event stream that is refused for good in the middle of a session is answered 204 when it comes back', async () => {
    const parameters = { graph: graph.name, from: 'earliest', batch: 'true' };
    const live = new EventStreamListener(stage.url, parameters);
    await live.first('caught_up');
    await loseLastBatch();
    await live.whenClosed();
    const again = new EventStreamListener(stage.url, parameters, { 'last-event-id': live.lastEventId! });

    expect(live.lastEventId).toBe(head);
    expect((await again.whenClosed()).code).toBe(204);
  });
});

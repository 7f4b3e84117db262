import { addGraph, removeGraph } from '@graphtail/log';
import { EventStreamListener, TRANSPORTS, listenBy, type RawClient } from './listeners.ts';
import { nodeAdded, startStage, type Stage } from './support.ts';

describe('a graph that is removed', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());

  it('[L11a][E2] ends its subscriptions, whatever they were doing, with UNKNOWN_GRAPH and no retry', async () => {
    const graph = await stage.graph();
    await graph.append(nodeAdded());
    const clients = TRANSPORTS.flatMap((transport): RawClient[] => [
      listenBy(transport, stage.url, { graph: graph.name }),
      listenBy(transport, stage.url, { graph: graph.name, from: 'earliest', consumer: `c-${transport}` }),
    ]);
    await Promise.all(clients.map((client) => client.first('caught_up')));
    await removeGraph(stage.redis, graph.name);
    await Promise.all(clients.map((client) => client.first('error')));

    for (const client of clients) {
      expect(client.received.at(-1)).toEqual(jasmine.objectContaining({ type: 'error', code: 'UNKNOWN_GRAPH', retryable: false }));
      if (!(client instanceof EventStreamListener)) expect([undefined, 4404]).toContain((await client.whenClosed()).code || undefined);
      await client.close();
    }
    expect(await stage.redis.keys(`graphtail:{${graph.name}}:[^s]*`)).toEqual([graph.log.keys.meta]);
  });

  it('[L11][L11b] is unknown to who comes then, over HTTP too, until it is added again: its log is then a new one', async () => {
    const graph = await stage.graph();
    const old = await graph.append(nodeAdded());
    await removeGraph(stage.redis, graph.name);
    const late = listenBy('websocket', stage.url, { graph: graph.name });
    expect(await late.first('error')).toEqual(jasmine.objectContaining({ code: 'UNKNOWN_GRAPH', retryable: false }));
    await late.close();
    expect((await fetch(`${stage.url}/api/log?graph=${graph.name}`)).status).toBe(404);

    await addGraph(stage.redis, graph.name, `/${graph.name}`);
    const head = await graph.append(nodeAdded());
    const again = listenBy('websocket', stage.url, { graph: graph.name, from: 'earliest' });
    await again.reach(head);
    const resumed = listenBy('websocket', stage.url, { graph: graph.name, from: old });
    expect((await resumed.first('error')).code).toBe('STREAM_REPLACED');
    await Promise.all([again.close(), resumed.close()]);
  });
});

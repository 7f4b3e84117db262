import { once } from 'node:events';
import { FOREIGN_IMAGE, FOREIGN_PAGE, STRANGERS, ask, dial, letIn, type Asked } from '../../../../tests/support/strangers.ts';
import { nodeAdded, startStage, type Graph, type Stage } from './support.ts';
import { Listener } from './listeners.ts';

const WRITES: readonly Asked[] = [
  { method: 'POST', path: '/api/consumers/a/ack' },
  { method: 'POST', path: '/API/Consumers/a/Seek/' },
  { method: 'DELETE', path: '/api/consumers/a' },
  { path: '/sse/events?consumer=a' },
  { path: '/SSE/Events/?%63onsumer=a' },
];

describe("the notifier's own port", () => {
  let stage: Stage;
  let graph: Graph;
  beforeAll(async () => {
    stage = await startStage();
    graph = await stage.graph();
    await graph.append(nodeAdded());
  });
  afterAll(() => stage.close());

  it('[A1][A1a] takes no change that a page of another origin asks for, nor any name of a host that is not its own', async () => {
    expect(await letIn(stage.url, WRITES)).toEqual([]);
    const { total } = (await (await fetch(`${stage.url}/api/consumers`)).json()) as { total: number };
    expect(total).toBe(0);
  });

  it('[A1a][A1b] gives no facts to a page of another origin, by any transport', async () => {
    const streams = ['/ws/events', '/ws/events/filtered', '/socket.io/?EIO=4&transport=websocket'];
    for (const path of streams) {
      for (const headers of STRANGERS) {
        const { status, code } = await dial(stage.url, `${path}${path.includes('?') ? '&' : '?'}graph=${graph.name}`, headers);
        expect([path, status, code]).toEqual([path, 403, 'FORBIDDEN']);
      }
      expect((await dial(stage.url, path, { Origin: stage.url })).status).toBe(101);
      expect((await dial(stage.url, path, {})).status).toBe(101);
    }
    for (const path of [`/sse/events?graph=${graph.name}`, '/socket.io/?EIO=4&transport=polling', '/ws/status']) {
      for (const headers of [FOREIGN_IMAGE, ...STRANGERS]) {
        const { status, code } = await ask(stage.url, { path, headers });
        expect([path, status, code]).toEqual([path, 403, 'FORBIDDEN']);
      }
      const own = await ask(stage.url, { path, headers: { Origin: stage.url } });
      expect(own.status).toBe(200);
      expect(own.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect(
      (await ask(stage.url, { method: 'POST', path: '/socket.io/?EIO=4&transport=polling&sid=x', headers: FOREIGN_PAGE })).status,
    ).toBe(403);
  });

  it('answers a socket that is not one of its own with a problem, and goes on', async () => {
    const { status, code } = await dial(stage.url, '/nowhere', {});
    expect([status, code]).toEqual([404, 'NOT_FOUND']);
    expect((await dial(stage.url, '//[', {})).status).toBe(404);
    const listener = new Listener(stage.url, { graph: graph.name });
    await listener.first('subscribed');
    listener.socket.close();
    await once(listener.socket, 'close');
  });
});

import { WebSocket } from 'ws';
import { Listener } from './listeners.ts';
import { startStage, type Graph, type Stage } from './support.ts';

/** Peers are real, only time is not. */
describe('a WebSocket peer', () => {
  let stage: Stage;
  let graph: Graph;
  let listener: Listener;

  beforeEach(async () => {
    jasmine.clock().install().mockDate();
    stage = await startStage();
    graph = await stage.graph();
    listener = new Listener(stage.url, { graph: graph.name });
    await listener.first('caught_up');
  });
  afterEach(async () => {
    await listener.close();
    await stage.close();
    jasmine.clock().uninstall();
  });

  /** Each second the notifier has done what it has to before the next. */
  async function pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      jasmine.clock().tick(1_000);
      await fetch(`${stage.url}/ws/status`);
    }
  }

  it('[S9a] is pinged every 15 s, and stays while it answers', async () => {
    let pings = 0;
    listener.socket.on('ping', () => (pings += 1));
    await pass(61);
    for (let looks = 0; pings < 4 && looks < 500; looks++) await fetch(`${stage.url}/ws/status`); // the last ping may be under way

    expect(pings).toBe(4);
    expect(listener.closed).toBeUndefined();
  });

  it('[S9a] is closed when it was silent for 30 s', async () => {
    const silent = new WebSocket(`${stage.url.replace('http', 'ws')}/ws/events?graph=${graph.name}`, { autoPong: false });
    const closed = new Promise((resolve) => silent.once('close', resolve));
    await new Promise((resolve) => silent.once('message', resolve));
    await pass(29);
    expect(silent.readyState).toBe(WebSocket.OPEN);
    await pass(2);
    await closed;

    expect(listener.closed).toBeUndefined();
  });
});

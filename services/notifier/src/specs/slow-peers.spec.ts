import { eventually } from '../../../../tests/support/eventually.ts';
import { Listener } from './listeners.ts';
import { nodeAdded, startStage, type Graph, type Stage } from './support.ts';

const FACTS = 100;
const BATCHES = 300;

describe('a peer that does not read', () => {
  let stage: Stage;
  let graph: Graph;

  async function flood(): Promise<void> {
    const docstring = 'x'.repeat(1_000);
    for (let i = 0; i < BATCHES; i++) await graph.append(...Array.from({ length: FACTS }, () => nodeAdded('src/a.ts', docstring)));
  }

  beforeEach(async () => {
    stage = await startStage();
    graph = await stage.graph();
  });
  afterEach(() => stage.close());

  it('[S6a] costs a bounded buffer, delays nobody, is told that it fell behind, and gets everything when it reads again', async () => {
    const stuck = new Listener(stage.url, { graph: graph.name, batch: 'true' });
    const other = new Listener(stage.url, { graph: graph.name, batch: 'true' });
    await Promise.all([stuck.first('caught_up'), other.first('caught_up')]);
    stuck.socket.pause();
    await flood();
    const { head } = await graph.log.state();
    await other.reach(head);
    const { consumers } = (await (await fetch(`${stage.url}/api/consumers`)).json()) as { consumers: { state: string; lag: number }[] };
    const states = consumers.map(({ state }) => state).sort();
    stuck.socket.resume();
    await stuck.reach(head);

    expect(states).toEqual(['live', 'replay']);
    expect(other.offsets.length).toBe(FACTS * BATCHES);
    expect(stuck.offsets.length).toBe(FACTS * BATCHES);
    expect(new Set(stuck.offsets).size).toBe(FACTS * BATCHES);
    expect(stuck.received.map(({ type }) => type)).toContain('fell_behind');
    expect(await stage.metrics()).toMatch(/^graphtail_demotions_total [1-9]/m);
    await Promise.all([stuck.close(), other.close()]);
  }, 60_000);

  it('[S8d] that asks on and on and does not read the answers is sent away: they are not kept for it without bound', async () => {
    const other = new Listener(stage.url, { graph: graph.name });
    const stuck = new Listener(stage.url, { graph: graph.name });
    await Promise.all([stuck.first('caught_up'), other.first('caught_up')]);
    stuck.socket.pause();
    const filter = { action: 'filter', event_types: ['node_added'] };
    await eventually(async () => {
      for (let i = 0; i < 2_000; i++) stuck.say(filter);
      const { consumers } = (await (await fetch(`${stage.url}/api/consumers`)).json()) as { consumers: unknown[] };
      return consumers.length === 1;
    }, 40_000);

    expect(other.closed).toBeUndefined();
    stuck.socket.terminate();
    await other.close();
  }, 60_000);
});

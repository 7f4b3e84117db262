import { emptyState, entityHash, evolve, lanesToHex, stateDigest, type Fact, type GraphNode, type Relationship } from '@graphtail/facts';
import { Snapshots } from '@graphtail/log';
import { Listener, type Received } from './listeners.ts';
import { startStage, type Stage } from './support.ts';
import { factsNamed } from '../../../../tests/support/log.ts';

const NODES = 3_000;

describe('a subscription that begins with a snapshot', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());

  it('is sent the state in chunks, then every fact after it', async () => {
    const graph = await stage.graph();
    for (let i = 0; i < NODES; i += 250) await graph.append(...factsNamed(...Array.from({ length: 250 }, (_, j) => `n${String(i + j)}`)));
    const { head: asOf, digest } = await graph.log.state();
    const facts: Fact[] = [];
    for (let cursor = (await graph.log.bounds()).floor; cursor !== asOf;) {
      for (const batch of (await graph.log.readAfter(cursor)).batches) {
        facts.push(...(JSON.parse(`[${batch.payload}]`) as Fact[]));
        cursor = batch.through;
      }
    }
    const state = facts.reduce(evolve, emptyState());
    expect(await new Snapshots(stage.redis, graph.log).save(asOf, digest, state)).toBeTrue();
    const head = await graph.append(...factsNamed('after'));

    const listener = new Listener(stage.url, { graph: graph.name, from: 'snapshot', batch: 'true' });
    await listener.reach(head);
    const told = (type: Received['type']) => listener.received.filter((frame) => frame.type === type);
    const chunks = told('snapshot_chunk') as unknown as { nodes: GraphNode[]; relationships: Relationship[] }[];
    const rebuilt = emptyState();
    for (const node of chunks.flatMap(({ nodes }) => nodes)) {
      const fact = {
        event_type: 'node_added',
        entity_type: 'node',
        entity_id: node.id,
        entity_hash: lanesToHex(entityHash(node)),
        data: node,
      } as Fact;
      evolve(rebuilt, fact);
    }

    expect(told('snapshot_begin')).toEqual([{ type: 'snapshot_begin', as_of: asOf, node_count: NODES, relationship_count: 0 }]);
    expect(chunks.length).toBeGreaterThan(3);
    expect(told('snapshot_end')).toEqual([{ type: 'snapshot_end', as_of: asOf, state_digest: stateDigest(rebuilt) }]);
    expect(listener.offsets).toEqual([head]);
    await listener.close();
  });
});

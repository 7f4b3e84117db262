import {
  ORIGIN,
  emptyState,
  entityHash,
  evolve,
  lanesToHex,
  relationshipId,
  stateDigest,
  type Entity,
  type Fact,
  type NewFact,
  type Relationship,
} from '@graphtail/facts';
import { Snapshots, decodeFacts } from '@graphtail/log';
import { Listener, type Received } from './listeners.ts';
import { startStage, type Stage } from './support.ts';
import { factsNamed } from '../../../../tests/support/log.ts';

const NODES = 3_000;

function added(kind: 'node' | 'relationship', entity: Entity): NewFact {
  const entity_hash = lanesToHex(entityHash(entity));
  return { event_type: `${kind}_added`, entity_type: kind, entity_id: entity.id, entity_hash, data: entity } as NewFact;
}

function callBetween(source: string, target: string): Relationship {
  const [source_id, target_id] = [`m.ts#${source}`, `m.ts#${target}`];
  return { id: relationshipId(source_id, 'calls', target_id), source_id, target_id, relationship_type: 'calls', file_path: 'm.ts' };
}

describe('a subscription that begins with a snapshot', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());

  it('[S5][S5a] is sent the state in chunks, then every fact after it', async () => {
    const graph = await stage.graph();
    for (let i = 0; i < NODES; i += 250) await graph.append(...factsNamed(...Array.from({ length: 250 }, (_, j) => `n${String(i + j)}`)));
    await graph.append(added('relationship', callBetween('n1', 'n2')));
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
    const chunks = told('snapshot_chunk') as unknown as { nodes: Entity[]; relationships: Entity[] }[];
    const rebuilt = emptyState();
    for (const { nodes, relationships } of chunks) {
      for (const node of nodes) evolve(rebuilt, added('node', node) as Fact);
      for (const relationship of relationships) evolve(rebuilt, added('relationship', relationship) as Fact);
    }

    expect(told('snapshot_begin')).toEqual([{ type: 'snapshot_begin', as_of: asOf, node_count: NODES, relationship_count: 1 }]);
    expect(chunks.length).toBeGreaterThan(3);
    expect([rebuilt.nodes.size, rebuilt.relationships.size]).toEqual([NODES, 1]);
    expect(told('snapshot_end')).toEqual([{ type: 'snapshot_end', as_of: asOf, state_digest: stateDigest(rebuilt) }]);
    expect(listener.offsets).toEqual([head]);
    await listener.close();
  });

  it('[S12c] is sent all of the state, whatever its filter lets through of the facts', async () => {
    const graph = await stage.graph();
    await graph.append(...factsNamed('a', 'b'));
    const { head: asOf, digest } = await graph.log.state();
    const facts = (await graph.log.readAfter(ORIGIN)).batches.flatMap((batch) => decodeFacts(batch, ORIGIN));
    expect(await new Snapshots(stage.redis, graph.log).save(asOf, digest, facts.reduce(evolve, emptyState()))).toBeTrue();
    const head = await graph.append(...factsNamed('c'));
    const listener = new Listener(stage.url, { graph: graph.name, from: 'snapshot', types: 'node_deleted', path: 'docs/**' });
    await listener.reach(head);

    expect(listener.offsets).toEqual([]);
    expect(listener.received[1]).toEqual({ type: 'snapshot_begin', as_of: asOf, node_count: 2, relationship_count: 0 });
    expect(listener.received[2]).toEqual(
      jasmine.objectContaining({ type: 'snapshot_chunk', nodes: [jasmine.anything(), jasmine.anything()] }),
    );
    await listener.close();
  });
});

import { ORIGIN, addLanes, entityHash, lanesToHex, type Fact, type GraphNode } from '@graphtail/facts';
import { nodeNamed } from '../../../tests/support/nodes.ts';
import { FoldProof } from './fold-proof.ts';

const [a, b] = [nodeNamed('a'), nodeNamed('b')];
const place = { offset: ORIGIN, timestamp: '2026-01-31T12:00:00.123Z' };

function added(of: GraphNode, hash = lanesToHex(entityHash(of))): Fact {
  return { ...place, event_type: 'node_added', entity_type: 'node', entity_id: of.id, entity_hash: hash, data: of };
}

function completed(digest: string, count: number): Fact {
  const data = {
    analysis_id: 'x',
    reason: 'r',
    node_count: count,
    relationship_count: 0,
    changes: 2,
    files_failed: 0,
    duration_ms: 1,
    state_digest: digest,
  };
  return { ...place, event_type: 'analysis_completed', entity_type: 'analysis', entity_id: 'x', data };
}

function proofOf(...facts: Fact[]): FoldProof {
  const proof = new FoldProof();
  for (const fact of facts) proof.add(fact);
  return proof;
}

const DIGEST = lanesToHex(addLanes(entityHash(a), entityHash(b)));

describe('proving a fold', () => {
  it('[P2][P2a][P2b] finds no difference if hashes and digests are right', () => {
    const proof = proofOf(added(a), added(b), completed(DIGEST, 2));
    expect([proof.differenceCount, proof.hashes, proof.analyses, proof.digest]).toEqual([0, 2, 1, DIGEST]);
  });

  it('[P2a] finds an entity_hash that is not the entity’s', () => {
    const proof = proofOf(added(a, '00000000deadbeef'));
    expect(proof.differences).toEqual([
      { at: ORIGIN, what: 'entity_hash of m.ts#a', expected: lanesToHex(entityHash(a)), found: '00000000deadbeef' },
    ]);
  });

  it('finds an update whose hash is not that of the updated entity', () => {
    const changed = { ...a, complexity: 5 };
    const update = (hash: string): Fact => ({
      ...place,
      event_type: 'node_updated',
      entity_type: 'node',
      entity_id: a.id,
      entity_hash: hash,
      data: { file_path: 'm.ts', complexity: 5 },
    });
    expect(proofOf(added(a), update(lanesToHex(entityHash(changed)))).differenceCount).toBe(0);
    expect(proofOf(added(a), update(lanesToHex(entityHash(a)))).differenceCount).toBe(1);
  });

  it('[P2a] finds a deletion whose hash is not that of the deleted entity', () => {
    const deletion = (of: GraphNode): Fact => ({
      ...place,
      event_type: 'node_deleted',
      entity_type: 'node',
      entity_id: a.id,
      entity_hash: lanesToHex(entityHash(of)),
      data: { name: 'a', node_type: 'function', file_path: 'm.ts' },
    });
    expect(proofOf(added(a), deletion(a)).differenceCount).toBe(0);
    expect(proofOf(added(a), deletion(b)).differenceCount).toBe(1);
    expect(proofOf(deletion(a)).anomalies).toBe(1);
  });

  it('finds an analysis whose digest or counts differ from the fold’s', () => {
    expect(proofOf(added(a), completed(DIGEST, 2)).differences.map(({ what }) => what)).toEqual([
      'state_digest of analysis_completed',
      'node_count of analysis_completed',
    ]);
  });

  it('keeps the first twenty differences and counts all', () => {
    const proof = proofOf(...Array.from({ length: 50 }, () => added(a, '00000000deadbeef')));
    expect([proof.differences.length, proof.differenceCount]).toEqual([20, 50]);
  });
});

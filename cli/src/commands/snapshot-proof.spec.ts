import type { KeptSnapshot } from '@graphtail/client';
import {
  ZERO,
  addLanes,
  emptyState,
  evolve,
  hashText,
  lanesToHex,
  offset,
  stampFact,
  stateDigest,
  type GraphState,
  type Lanes,
} from '@graphtail/facts';
import { nodeAdded } from '../../../tests/support/log.ts';
import { nodeNamed } from '../../../tests/support/nodes.ts';
import { FoldProof } from './fold-proof.ts';
import { SnapshotProof } from './snapshot-proof.ts';

const FACTS = Array.from({ length: 9 }, (_, i) =>
  stampFact(nodeAdded(nodeNamed(`n${String(i % 6)}`, i + 1)), offset(1, i + 1), '2026-01-31T12:00:00.000Z'),
);
const RAW = FACTS.map((fact) => JSON.stringify(fact));

function stateAfter(count: number): GraphState {
  return FACTS.slice(0, count).reduce(evolve, emptyState());
}

function snapshotAt(seq: number): KeptSnapshot {
  const running = RAW.slice(0, seq).reduce((sum: Lanes, text) => addLanes(sum, hashText(text)), ZERO);
  const state = stateAfter(seq);
  return {
    as_of: offset(1, seq),
    state_digest: stateDigest(state),
    running_digest: lanesToHex(running),
    node_count: state.nodes.size,
    relationship_count: 0,
  };
}

/** Verifies as if the log held the facts after `floor`, and snapshots were kept, the newest first. */
function verified(kept: readonly KeptSnapshot[], floor = 0): { differences: [string, string][]; compared: number; folded: number } {
  const fold = new FoldProof();
  const proof = new SnapshotProof(fold, kept, floor > 0);
  const oldest = kept.at(-1);
  if (floor > 0 && oldest !== undefined) proof.begin(stateAfter(Number(oldest.as_of.split('-')[1])));
  for (let at = floor; at < FACTS.length; at += 2) proof.take(FACTS.slice(at, at + 2), RAW.slice(at, at + 2));
  return { differences: fold.differences.map(({ at, what }) => [at, what]), compared: proof.compared, folded: fold.facts };
}

describe('verifying snapshots', () => {
  it('[P2b][P3] compares state and running digest of every kept snapshot, also in the middle of a batch', () => {
    const kept = [9, 6, 3].map(snapshotAt);
    expect(verified(kept)).toEqual({ differences: [], compared: 3, folded: 9 });
    expect(verified([])).toEqual({ differences: [], compared: 0, folded: 9 });
  });

  it('begins at the oldest snapshot if the log was trimmed, even if it has facts before it', () => {
    expect(verified([9, 6, 3].map(snapshotAt), 2)).toEqual({ differences: [], compared: 3, folded: 6 });
    expect(verified([9, 6, 3].map(snapshotAt), 3)).toEqual({ differences: [], compared: 3, folded: 6 });
  });

  it('names a snapshot of another state or another log, and one whose offset is no fact’s', () => {
    const other = { ...snapshotAt(6), state_digest: '00000000deadbeef' };
    expect(verified([snapshotAt(9), other]).differences).toEqual([['1-6', 'state_digest of the snapshot']]);
    const elsewhere = { ...snapshotAt(6), running_digest: '00000000deadbeef' };
    expect(verified([snapshotAt(9), elsewhere]).differences).toEqual([['1-6', 'running_digest of the snapshot']]);
    const lost = { ...snapshotAt(6), as_of: offset(0, 6) };
    expect(verified([snapshotAt(9), lost]).differences).toEqual([['0-6', 'place of the snapshot']]);
    const oldest = { ...snapshotAt(3), state_digest: '00000000deadbeef' };
    expect(verified([snapshotAt(9), oldest], 3).differences).toEqual([['1-3', 'state_digest of the snapshot']]);
  });
});

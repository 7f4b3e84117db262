import { emptyState, stateDigest, type Offset } from '@graphtail/facts';

/** Offsets, facts and frames of a made-up log, as a server would send them. */
export function place(seq: number): Offset {
  return (seq === 0 ? '0-0' : `1-${String(seq)}`) as Offset;
}

export function seqOfPlace(at: string): number {
  return Number(at.slice(at.indexOf('-') + 1));
}

export function factText(seq: number): string {
  return `{"offset":"${place(seq)}","event_type":"graph_reset","timestamp":"2026-01-31T12:00:00.123Z","entity_type":"graph","entity_id":"g","data":{"reason":"é${String(seq)}"}}`;
}

/** Returns a frame with the facts after one seq, through another. */
export function factsFrame(after: number, through: number): string {
  const facts = Array.from({ length: through - after }, (_, index) => factText(after + 1 + index)).join(',\n');
  const ends = `"prev":"${place(after)}","through":"${place(through)}"`;
  return `{"type":"facts","graph":"g",${ends},"appended_at":"2026-01-31T12:00:00.123Z","facts":[\n${facts}\n]}`;
}

export function subscribedFrame(cursor: number, head: number, mode: 'replay' | 'live' = 'replay'): string {
  return JSON.stringify({ type: 'subscribed', protocol: 1, graph: 'g', cursor: place(cursor), earliest: '1-1', head: place(head), mode });
}

export function errorFrame(code: string, retryable: boolean, helps: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({ type: 'error', code, message: code, retryable, ...helps });
}

/** Returns the frames of a snapshot without entities: every fact of this log is a reset. */
export function snapshotFrames(asOf: number): string[] {
  const [at, digest] = [place(asOf), stateDigest(emptyState())];
  return [
    JSON.stringify({ type: 'snapshot_begin', as_of: at, node_count: 0, relationship_count: 0 }),
    JSON.stringify({ type: 'snapshot_chunk', nodes: [], relationships: [] }),
    JSON.stringify({ type: 'snapshot_end', as_of: at, state_digest: digest }),
  ];
}

/** Returns the frames that a correct server sends to a client with this `from`. `batches`: the last seq of each batch. */
export function session(batches: readonly number[], from: string, snapshotAt: number): string[] {
  const head = batches.at(-1) ?? 0;
  const cursor = from === 'snapshot' ? snapshotAt : from === 'earliest' ? 0 : seqOfPlace(from);
  const frames = [subscribedFrame(cursor, head), ...(from === 'snapshot' ? snapshotFrames(snapshotAt) : [])];
  let after = cursor;
  for (const through of batches) {
    if (through <= after) continue;
    frames.push(factsFrame(after, through));
    after = through;
  }
  frames.push(JSON.stringify({ type: 'caught_up', cursor: place(head), head: place(head) }));
  return frames;
}

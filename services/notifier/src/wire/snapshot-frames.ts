import { ORIGIN, ZERO, lanesToHex, type Entry, type Offset, type ReadonlyGraphState } from '@graphtail/facts';
import { frameMessage, type Message } from './frames.ts';

const CHUNK_CHARACTERS = 64 * 1024;

/** The state to begin with if the log is empty or has no snapshot. */
export const EMPTY_SNAPSHOT = { asOf: ORIGIN, stateDigest: lanesToHex(ZERO), state: { nodes: new Map(), relationships: new Map() } };

export type SnapshotLike = {
  readonly asOf: Offset;
  readonly stateDigest: string;
  readonly state: Pick<ReadonlyGraphState, 'nodes' | 'relationships'>;
};

/** A state as frames of bounded size, nodes before the relationships between them. Each frame is made when the caller asks for it. */
export function* snapshotMessages({ asOf, stateDigest, state }: SnapshotLike): Generator<Message, void, undefined> {
  const { nodes, relationships } = state;
  yield frameMessage({ type: 'snapshot_begin', as_of: asOf, node_count: nodes.size, relationship_count: relationships.size });
  for (const list of chunks(nodes.values())) yield chunk(list, '');
  for (const list of chunks(relationships.values())) yield chunk('', list);
  yield frameMessage({ type: 'snapshot_end', as_of: asOf, state_digest: stateDigest }, asOf);
}

function chunk(nodes: string, relationships: string): Message {
  return {
    type: 'snapshot_chunk',
    cursor: undefined,
    text: `{"type":"snapshot_chunk","nodes":[${nodes}],"relationships":[${relationships}]}`,
  };
}

function* chunks(entries: Iterable<Entry<unknown>>): Generator<string, void, undefined> {
  let texts: string[] = [];
  let size = 0;
  for (const { value } of entries) {
    const text = JSON.stringify(value);
    texts.push(text);
    size += text.length;
    if (size < CHUNK_CHARACTERS) continue;
    yield texts.join(',');
    texts = [];
    size = 0;
  }
  if (texts.length > 0) yield texts.join(',');
}

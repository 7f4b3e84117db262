import { ZERO, joinPayload, offset, seqOf, type Offset } from '@graphtail/facts';
import type { FactKeys } from '../../feed/fact-keys.ts';
import { StoredBatch } from '../../feed/stored-batch.ts';
import type { Filter } from '../filter.ts';

/** The keys of the model's fact with a number: three event types and two entity types, one of them without a file. */
export function keysOf(seq: number): FactKeys {
  const kind = seq % 3;
  const eventType = ['node_added', 'node_deleted', 'analysis_started'][kind]!;
  return {
    eventType,
    entityType: kind === 2 ? 'analysis' : 'node',
    filePath: kind === 2 ? undefined : `src/${String(seq % 5)}.ts`,
    time: seq * 200,
  };
}

function factText(at: Offset): string {
  const { eventType, entityType, filePath, time } = keysOf(seqOf(at));
  const timestamp = new Date(time).toISOString();
  return JSON.stringify({
    ...{ offset: at, event_type: eventType, timestamp, entity_type: entityType, entity_id: at },
    ...(entityType === 'node' && { entity_hash: '0123456789abcdef' }),
    data: { file_path: filePath },
  });
}

export const MODEL_FILTERS: readonly (Filter | undefined)[] = [
  undefined,
  ({ eventType }) => eventType === 'node_added',
  ({ entityType }) => entityType === 'analysis',
  ({ filePath }) => filePath === 'src/1.ts',
  () => false,
];

/** A batch of so many facts in an epoch, right after `prev`. */
export function batchAfter(prev: Offset, epoch: number, count: number): StoredBatch {
  const offsets = offsetsAfter(prev, epoch, count);
  const payload = joinPayload(offsets.map(factText));
  return new StoredBatch('g', { prev, through: offsets.at(-1)!, count, appendedAt: 0, batchId: '', digest: ZERO, bytes: 0, payload });
}

/** The offsets of a batch's facts. */
export function offsetsOf({ batch, epoch }: StoredBatch): Offset[] {
  return offsetsAfter(batch.prev, epoch, batch.count);
}

function offsetsAfter(prev: Offset, epoch: number, count: number): Offset[] {
  return Array.from({ length: count }, (_, i) => offset(epoch, seqOf(prev) + 1 + i));
}

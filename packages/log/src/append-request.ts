import { randomBytes } from 'node:crypto';
import { addLanes, hashText, joinPayload, offset, seqOf, ZERO, type Offset } from '@graphtail/facts';
import type { AppendRequest } from './fact-log.ts';

/** The place after which a producer appends: the last batch that it knows. */
export type ProducerPosition = { readonly epoch: number; readonly head: Offset; readonly batchId: string };

/** Returns the offset of the fact at `index` (from 0) in a batch that follows a place. */
export function offsetAfter({ epoch, head }: ProducerPosition, index: number): Offset {
  return offset(epoch, seqOf(head) + 1 + index);
}

/** Makes the request that appends one batch. @param texts each fact's JSON, stamped with the offset that the fact will have */
export function appendRequest(texts: readonly string[], after: ProducerPosition): AppendRequest {
  return {
    expectedHead: after.head,
    expectedBatchId: after.batchId,
    batchId: randomBytes(8).toString('hex'),
    through: offsetAfter(after, texts.length - 1),
    count: texts.length,
    sum: texts.reduce((sum, text) => addLanes(sum, hashText(text)), ZERO),
    payload: joinPayload(texts),
  };
}

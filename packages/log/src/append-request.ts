import { randomBytes } from 'node:crypto';
import { addLanes, hashText, joinPayload, offset, seqOf, ZERO, type Offset } from '@graphtail/facts';
import type { AppendRequest } from './fact-log.ts';

/** The place a producer appends after: the last batch it knows of. */
export type ProducerPosition = { readonly epoch: number; readonly head: Offset; readonly batchId: string };

/** The offset of the n-th fact, from 0, of a batch after a place. */
export function offsetAfter({ epoch, head }: ProducerPosition, index: number): Offset {
  return offset(epoch, seqOf(head) + 1 + index);
}

/** One batch. @param texts each fact's JSON, stamped with the offset that it gets */
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

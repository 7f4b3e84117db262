import { epochOf, isOffset, lanesFromHex, seqOf, type Offset } from '@graphtail/facts';
import { ENTRY_VERSION, type Batch, type StreamEntry } from './batch.ts';

const WHOLE = /^(0|[1-9]\d{0,15})$/;
const DIGEST = /^[0-9a-f]{16}$/;

/** A batch in the log that differs from what its producer appended. */
export type Damage = {
  /** The entry's ID, which is the end of the batch: the cursor from which the log can be read again. */
  readonly through: Offset;
  /** The producer's id for the batch; '' if the entry lost it. */
  readonly batchId: string;
  readonly reason: string;
};

/**
 * Reads a stored entry. Returns its batch, or what is wrong with its fields. It does not check the facts.
 * @throws {TypeError} if the entry has another version: it is not damaged, but this version can't read it
 */
export function readEntry([id, flat]: StreamEntry): Batch | Damage {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
  const field = (name: string): string => fields.get(name) ?? '';
  const version = field('v');
  if (version !== ENTRY_VERSION && WHOLE.test(version))
    throw new TypeError(`entry ${id} has version ${version}, this reads ${ENTRY_VERSION}`);
  const through = id as Offset;
  const wrong = wrongField(field);
  if (wrong !== undefined) return { through, batchId: field('batch'), reason: `its field ${wrong} is missing or garbled` };
  const [prev, count] = [field('prev') as Offset, Number(field('count'))];
  if (count !== seqOf(through) - seqOf(prev) || epochOf(prev) > epochOf(through))
    return { through, batchId: field('batch'), reason: `it says that it holds ${String(count)} facts after ${prev}` };
  return {
    prev,
    through,
    count,
    appendedAt: Number(field('at')),
    batchId: field('batch'),
    digest: lanesFromHex(field('digest')),
    bytes: Number(field('bytes')),
    payload: field('payload'),
  };
}

function wrongField(field: (name: string) => string): string | undefined {
  if (field('v') !== ENTRY_VERSION) return 'v';
  if (!isOffset(field('prev'))) return 'prev';
  if (!DIGEST.test(field('digest'))) return 'digest';
  if (field('batch') === '') return 'batch';
  if (field('payload') === '') return 'payload';
  return ['count', 'at', 'bytes'].find((name) => !WHOLE.test(field(name)));
}

import { isOffset, type Fact } from '@graphtail/facts';

const DIGEST = /^[0-9a-f]{16}$/;

/** The log holds a text that is not a fact. */
export class MalformedFact extends Error {
  override readonly name = 'MalformedFact';
}

/**
 * A fact from its stored form. Nothing checks stored facts against the schema: producers build them from typed values, and
 * specs hold them against it. A fold checks only the fields that folding depends on; a full check costs more than the fold.
 */
export function decodeFact(json: string): Fact | MalformedFact {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return new MalformedFact(`not JSON: ${json.slice(0, 200)}`, { cause: error });
  }
  return isFact(value) ? value : new MalformedFact(`not a fact: ${json.slice(0, 200)}`);
}

function isFact(value: unknown): value is Fact {
  if (typeof value !== 'object' || value === null) return false;
  const { offset, event_type: type, entity_type: entity, entity_id: id, entity_hash: hash, data } = value as Record<string, unknown>;
  if (typeof offset !== 'string' || !isOffset(offset) || typeof type !== 'string' || typeof id !== 'string') return false;
  if (typeof data !== 'object' || data === null) return false;
  return entity === 'node' || entity === 'relationship' ? typeof hash === 'string' && DIGEST.test(hash) : true;
}

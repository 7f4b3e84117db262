import type { Fact } from './fact.ts';
import { isOffset } from './offset.ts';

const DIGEST_LENGTH = 16;

/** A log holds a text that is not a fact. */
export class MalformedFact extends Error {
  override readonly name = 'MalformedFact';
}

/** Returns a fact from its stored JSON, checked by {@link isFact}. */
export function decodeFact(json: string): Fact | MalformedFact {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return new MalformedFact(`not JSON: ${json.slice(0, 200)}`, { cause: error });
  }
  return isFact(value) ? value : new MalformedFact(`not a fact: ${json.slice(0, 200)}`);
}

/**
 * Whether a parsed value has the fields that every reader relies on. The data is not checked against the schema: that would cost more than
 * folding the fact, and a reader gets facts of kinds that only newer versions know.
 */
export function isFact(value: unknown): value is Fact {
  if (typeof value !== 'object' || value === null) return false;
  const { offset, event_type: type, entity_type: entity, entity_id: id, entity_hash: hash, data } = value as Record<string, unknown>;
  if (typeof offset !== 'string' || !isOffset(offset) || typeof type !== 'string' || typeof id !== 'string') return false;
  if (typeof data !== 'object' || data === null) return false;
  return entity === 'node' || entity === 'relationship' ? typeof hash === 'string' && hash.length === DIGEST_LENGTH : true;
}

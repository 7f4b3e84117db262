import type { Entity, Entry, Lanes, RelationshipType } from '@graphtail/facts';
import type { RelationshipEnds } from '../projection/relationship-ends.ts';

/**
 * An entity as the log or a snapshot holds it. Its text is parsed on each read of `value`.
 * A query about a past state mostly reads a few entities, and parsing all of them takes most of the time of a fold.
 */
export class StoredEntry<Value extends Entity> implements Entry<Value> {
  readonly #text: string;
  readonly hash: Lanes;

  constructor(text: string, hash: Lanes) {
    this.#text = text;
    this.hash = hash;
  }

  get value(): Value {
    return JSON.parse(this.#text) as Value;
  }

  /** For a relationship: the fields that indexes need. undefined if only parsing the whole text can tell them. */
  get ends(): RelationshipEnds | undefined {
    const found = ENDS.exec(this.#text);
    if (found === null) return undefined;
    const [, id, source_id, target_id, relationship_type] = found as unknown as [string, string, string, string, RelationshipType];
    return { id, source_id, target_id, relationship_type };
  }
}

/** The first fields of a relationship, in the order in which they are written. A field with an escape does not match. */
const ENDS = /^\{"id":"([^"\\]+)","source_id":"([^"\\]+)","target_id":"([^"\\]+)","relationship_type":"([a-z_]+)"/;

/** The fields of a fact before its data, in the order in which they are written. An id with an escape does not match. */
const ADDED =
  /^\{"offset":"[^"]{3,40}","timestamp":"[^"]{1,40}","event_type":"(node|relationship)_added","entity_type":"\1","entity_id":"([^"\\]+)","entity_hash":"([0-9a-f]{16})","data":\{/;

export type StoredAddition =
  | { readonly kind: 'node'; readonly id: string; readonly after: StoredEntry<Extract<Entity, { node_type: unknown }>> }
  | { readonly kind: 'relationship'; readonly id: string; readonly after: StoredEntry<Extract<Entity, { source_id: unknown }>> };

/** An addition, without parsing the added entity. undefined for every other fact, and for an addition that has to be parsed. */
export function storedAddition(fact: string): StoredAddition | undefined {
  const found = ADDED.exec(fact);
  // Folding leaves a null out of the entity, so such a fact has to be parsed. If a text, like a docstring, holds
  // the same characters, the fact is parsed without need.
  if (found === null || fact.includes(':null')) return undefined;
  const [{ length }, kind, id, hash] = found as unknown as [string, 'node' | 'relationship', string, string];
  return { kind, id, after: new StoredEntry(fact.slice(length - 1, -1), lanesOf(hash)) } as StoredAddition;
}

/** The hash in 16 hex digits. The caller has checked that they are hex digits. */
function lanesOf(hex: string): Lanes {
  return { hi: laneAt(hex, 0), lo: laneAt(hex, 8) };
}

function laneAt(hex: string, at: number): number {
  let lane = 0;
  for (let i = at; i < at + 8; i++) {
    const code = hex.charCodeAt(i);
    lane = (lane << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return lane;
}

import type { Entity, Entry, Lanes, RelationshipType } from '@graphtail/facts';
import type { RelationshipEnds } from '../projection/relationship-ends.ts';

/**
 * An entity as the log or a snapshot holds it. Its text is parsed when somebody looks at it: of a past state mostly a few are looked
 * at, and parsing all of them takes most of the time of folding it.
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

  /** Of a relationship: what indexes need; undefined if the text has to be parsed for that. */
  get ends(): RelationshipEnds | undefined {
    const found = ENDS.exec(this.#text);
    if (found === null) return undefined;
    const [, id, source_id, target_id, relationship_type] = found as unknown as [string, string, string, string, RelationshipType];
    return { id, source_id, target_id, relationship_type };
  }
}

/** How a relationship begins, in the order in which it is written; no field holds an escape. */
const ENDS = /^\{"id":"([^"\\]+)","source_id":"([^"\\]+)","target_id":"([^"\\]+)","relationship_type":"([a-z_]+)"/;

/** What a fact says before its data, in the order in which facts are written; the id holds no escape. */
const ADDED =
  /^\{"offset":"[^"]{3,40}","timestamp":"[^"]{1,40}","event_type":"(node|relationship)_added","entity_type":"\1","entity_id":"([^"\\]+)","entity_hash":"([0-9a-f]{16})","data":\{/;

export type StoredAddition =
  | { readonly kind: 'node'; readonly id: string; readonly after: StoredEntry<Extract<Entity, { node_type: unknown }>> }
  | { readonly kind: 'relationship'; readonly id: string; readonly after: StoredEntry<Extract<Entity, { source_id: unknown }>> };

/** An addition without parsing what is added; undefined for every other fact, and for one that has to be looked at closely. */
export function storedAddition(fact: string): StoredAddition | undefined {
  const found = ADDED.exec(fact);
  // A null would be left out of the entity. In a text, as in a docstring, the same characters only cost the short cut.
  if (found === null || fact.includes(':null')) return undefined;
  const [{ length }, kind, id, hash] = found as unknown as [string, 'node' | 'relationship', string, string];
  return { kind, id, after: new StoredEntry(fact.slice(length - 1, -1), lanesOf(hash)) } as StoredAddition;
}

/** Of 16 hex digits that are known to be such. */
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

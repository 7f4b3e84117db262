import { entityHash, lanesFromHex, type Entity, type Entry, type Lanes } from '@graphtail/facts';

/**
 * An entity as the log or a snapshot holds it. Its text is parsed when somebody looks at it: of a past state mostly a few are looked
 * at, and parsing all of them takes most of the time of folding it.
 */
export class StoredEntry<Value extends Entity> implements Entry<Value> {
  readonly text: string;
  readonly #hash: string | undefined;

  /** @param hash as 16 hex digits; computed when it is needed if it is not known */
  constructor(text: string, hash?: string) {
    this.text = text;
    this.#hash = hash;
  }

  get value(): Value {
    return JSON.parse(this.text) as Value;
  }

  get hash(): Lanes {
    return this.#hash === undefined ? entityHash(this.value) : lanesFromHex(this.#hash);
  }
}

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
  return { kind, id, after: new StoredEntry(fact.slice(length - 1, -1), hash) } as StoredAddition;
}

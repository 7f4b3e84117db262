/** A distinct text and the ids of the nodes that have it. */
export type Term = { readonly text: string; readonly lower: string; readonly ids: Set<string> };

const NOBODY: ReadonlySet<Term> = new Set();
const GRAM = 3;

/** Every run of three characters; for a shorter text, the text itself. */
function trigrams(lower: string): Set<string> {
  if (lower.length < GRAM) return new Set([lower]);
  const grams = new Set<string>();
  for (let at = 0; at + GRAM <= lower.length; at++) grams.add(lower.slice(at, at + GRAM));
  return grams;
}

/**
 * Distinct texts, which are found by a part without a scan of all of them. Every text is listed under its
 * trigrams and under the keys from `keysOf`. Adding and removing take time in proportion to the text's length.
 */
export class Lexicon {
  readonly #terms = new Map<string, Term>();
  readonly #grams = new Map<string, Set<Term>>();
  readonly #keys = new Map<string, Set<Term>>();
  readonly #keysOf: (text: string) => Iterable<string>;

  constructor(keysOf: (text: string) => Iterable<string> = () => []) {
    this.#keysOf = keysOf;
  }

  add(text: string, id: string): void {
    const known = this.#terms.get(text);
    if (known !== undefined) {
      known.ids.add(id);
      return;
    }
    const term: Term = { text, lower: text.toLowerCase(), ids: new Set([id]) };
    this.#terms.set(text, term);
    for (const gram of trigrams(term.lower)) file(this.#grams, gram, term);
    for (const key of this.#keysOf(text)) file(this.#keys, key, term);
  }

  remove(text: string, id: string): void {
    const term = this.#terms.get(text);
    if (term === undefined) return;
    term.ids.delete(id);
    if (term.ids.size > 0) return;
    this.#terms.delete(text);
    for (const gram of trigrams(term.lower)) unfile(this.#grams, gram, term);
    for (const key of this.#keysOf(text)) unfile(this.#keys, key, term);
  }

  clear(): void {
    this.#terms.clear();
    this.#grams.clear();
    this.#keys.clear();
  }

  get size(): number {
    return this.#terms.size;
  }

  terms(): Iterable<Term> {
    return this.#terms.values();
  }

  term(text: string): Term | undefined {
    return this.#terms.get(text);
  }

  under(key: string): ReadonlySet<Term> {
    return this.#keys.get(key) ?? NOBODY;
  }

  /** Terms that contain a text given in lower case. */
  *containing(lower: string): Iterable<Term> {
    for (const term of lower.length < GRAM ? this.#withPart(lower) : this.#rarest(lower)) if (term.lower.includes(lower)) yield term;
  }

  /** Texts that share some of a text's trigrams, each with its Dice coefficient. The text is given in lower case. */
  alike(lower: string): [Term, number][] {
    const grams = trigrams(lower);
    const shared = new Map<Term, number>();
    for (const gram of grams) for (const term of this.#grams.get(gram) ?? NOBODY) shared.set(term, (shared.get(term) ?? 0) + 1);
    const found: [Term, number][] = [];
    for (const [term, common] of shared) {
      const similarity = (2 * common) / (grams.size + trigrams(term.lower).size);
      found.push([term, similarity]);
    }
    return found;
  }

  /** Scans the trigrams instead of the texts, because there are far fewer of them. */
  #withPart(lower: string): Set<Term> {
    const terms = new Set<Term>();
    for (const [gram, having] of this.#grams) if (gram.includes(lower)) for (const term of having) terms.add(term);
    return terms;
  }

  #rarest(lower: string): ReadonlySet<Term> {
    let rarest: ReadonlySet<Term> | undefined;
    for (const gram of trigrams(lower)) {
      const terms = this.#grams.get(gram) ?? NOBODY;
      if (rarest === undefined || terms.size < rarest.size) rarest = terms;
    }
    return rarest ?? NOBODY;
  }
}

function file(shelf: Map<string, Set<Term>>, key: string, term: Term): void {
  const terms = shelf.get(key);
  if (terms === undefined) shelf.set(key, new Set([term]));
  else terms.add(term);
}

function unfile(shelf: Map<string, Set<Term>>, key: string, term: Term): void {
  const terms = shelf.get(key);
  terms?.delete(term);
  if (terms?.size === 0) shelf.delete(key);
}

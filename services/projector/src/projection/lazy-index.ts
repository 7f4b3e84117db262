import type { Entry } from '@graphtail/facts';

/** What an index does with the values that it is over. */
export type Index<Value> = { add(value: Value): void; remove(value: Value): void; clear(): void };

type Change<Value> = { readonly before: Entry<Value> | undefined; readonly after: Entry<Value> | undefined };

/** `missed`: what the fold changed since the build began; the index takes it over at the end. */
type Building<Value> = { readonly entries: readonly Entry<Value>[]; next: number; readonly missed: Change<Value>[] };

/**
 * An index that costs nothing before a query needs it. It is built once, in slices if need be, while the fold goes on; from then
 * on the fold keeps it up. At any time it is what an index built afresh would be.
 */
export class LazyIndex<Value, Part, Kind extends Index<Part>> {
  readonly #index: Kind;
  readonly #source: ReadonlyMap<string, Entry<Value>>;
  readonly #read: (entry: Entry<Value>) => Part;
  readonly #isSame: (before: Part, after: Part) => boolean;
  #building: Building<Value> | undefined;
  #isBuilt = false;

  /**
   * @param read what the index needs of an entry
   * @param fields those that it depends on: a value that replaces another with the same ones leaves the index as it is; default: all
   */
  constructor(
    index: Kind,
    source: ReadonlyMap<string, Entry<Value>>,
    read: (entry: Entry<Value>) => Part,
    fields?: readonly (keyof Part)[],
  ) {
    this.#index = index;
    this.#source = source;
    this.#read = read;
    this.#isSame = (before, after) => fields?.every((field) => before[field] === after[field]) ?? false;
  }

  get isBuilt(): boolean {
    return this.#isBuilt;
  }

  /** The index, up to date; what is left to build is built at once. */
  get current(): Kind {
    for (const _ of this.build(Infinity));
    return this.#index;
  }

  /** Pauses after every `slice` values. Several callers may build at once: each goes on where the others are. */
  *build(slice: number): Generator<void, void, void> {
    if (this.#isBuilt) return;
    this.#building ??= { entries: Array.from(this.#source.values()), next: 0, missed: [] };
    for (let done = 0; this.#building !== undefined;) {
      const entry = this.#building.entries[this.#building.next++];
      if (entry === undefined) this.#finish(this.#building.missed);
      else this.#index.add(this.#read(entry));
      if (++done % slice === 0) yield;
    }
  }

  /** To be told of every change of the source. */
  change(before: Entry<Value> | undefined, after: Entry<Value> | undefined): void {
    if (this.#isBuilt) this.#take({ before, after });
    else this.#building?.missed.push({ before, after });
  }

  /** The source is empty now. An index that was not needed so far stays as it is. */
  clear(): void {
    if (this.#building !== undefined) this.#isBuilt = true;
    this.#building = undefined;
    this.#index.clear();
  }

  #finish(missed: readonly Change<Value>[]): void {
    for (const change of missed) this.#take(change);
    this.#building = undefined;
    this.#isBuilt = true;
  }

  #take({ before, after }: Change<Value>): void {
    const [old, current] = [before && this.#read(before), after && this.#read(after)];
    if (old !== undefined && current !== undefined && this.#isSame(old, current)) return;
    if (old !== undefined) this.#index.remove(old);
    if (current !== undefined) this.#index.add(current);
  }
}

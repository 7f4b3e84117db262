import type { Entry } from '@graphtail/facts';

/** An index over values: it follows every value that is added or removed. */
export type Index<Value> = { add(value: Value): void; remove(value: Value): void; clear(): void };

type Change<Value> = { readonly before: Entry<Value> | undefined; readonly after: Entry<Value> | undefined };

/** A build under way. `missed`: changes by the fold since the build began; the build applies them at its end. */
type Building<Value> = { readonly entries: readonly Entry<Value>[]; next: number; readonly missed: Change<Value>[] };

/**
 * An index that costs nothing before a query needs it. It is built once, in slices if the caller wants, while the fold goes on.
 * From then on the fold keeps it up to date. At any time it equals a newly built index.
 */
export class LazyIndex<Value, Kind extends Index<Value>> {
  readonly #index: Kind;
  readonly #source: ReadonlyMap<string, Entry<Value>>;
  readonly #isSame: (before: Value, after: Value) => boolean;
  #building: Building<Value> | undefined;
  #isBuilt = false;

  /** @param fields the fields that the index depends on. A change that leaves them the same does not touch the index. Default: all */
  constructor(index: Kind, source: ReadonlyMap<string, Entry<Value>>, fields?: readonly (keyof Value)[]) {
    this.#index = index;
    this.#source = source;
    this.#isSame = (before, after) => fields?.every((field) => before[field] === after[field]) ?? false;
  }

  /** Whether the index has to be told of changes: it is built, or being built. */
  get isKept(): boolean {
    return this.#isBuilt || this.#building !== undefined;
  }

  get isBuilt(): boolean {
    return this.#isBuilt;
  }

  /** The index, up to date. If it is not built yet, this call builds the rest. */
  get current(): Kind {
    for (const _ of this.build(Infinity));
    return this.#index;
  }

  /** Builds the index, with a pause after every `slice` values. If several callers build at once, they share one build. */
  *build(slice: number): Generator<void, void, void> {
    if (this.#isBuilt) return;
    this.#building ??= { entries: Array.from(this.#source.values()), next: 0, missed: [] };
    for (let done = 0; this.#building !== undefined;) {
      const entry = this.#building.entries[this.#building.next++];
      if (entry === undefined) this.#finish(this.#building.missed);
      else this.#index.add(entry.value);
      if (++done % slice === 0) yield;
    }
  }

  /** The caller reports every change of the source here. */
  change(before: Entry<Value> | undefined, after: Entry<Value> | undefined): void {
    if (this.#isBuilt) this.#take({ before, after });
    else this.#building?.missed.push({ before, after });
  }

  /** The caller has emptied the source. A build under way ends here; an index that no query needed stays unbuilt. */
  clear(): void {
    if (this.#building !== undefined) this.#isBuilt = true;
    this.#building = undefined;
    this.#index.clear();
  }

  /** The index is built again when a query next needs it. */
  forget(): void {
    this.#building = undefined;
    this.#isBuilt = false;
    this.#index.clear();
  }

  #finish(missed: readonly Change<Value>[]): void {
    for (const change of missed) this.#take(change);
    this.#building = undefined;
    this.#isBuilt = true;
  }

  #take({ before, after }: Change<Value>): void {
    const [old, current] = [before?.value, after?.value];
    if (old !== undefined && current !== undefined && this.#isSame(old, current)) return;
    if (old !== undefined) this.#index.remove(old);
    if (current !== undefined) this.#index.add(current);
  }
}

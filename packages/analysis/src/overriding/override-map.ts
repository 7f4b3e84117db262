import { relationshipId, type Relationship } from '@graphtail/facts/plain';
import type { Origin } from '../extraction/origin.ts';
import { fileOf } from '../resolution/relationships/node-id.ts';
import { satisfying } from './method-sets.ts';
import type { MethodRecords } from './records.ts';

/** Of the methods that a call of one method may run, this many are in the graph, those of tests last. */
export const MAX_CANDIDATES = 50;

/** How sure it is that a call runs one of so many candidates. */
function confidenceOf(candidates: number): number {
  if (candidates === 1) return 0.8;
  if (candidates <= 3) return 0.6;
  return candidates <= 10 ? 0.4 : 0.2;
}

const NONE: MethodRecords = { pairs: [], types: [] };

type FileRecords = { readonly records: MethodRecords; readonly text: string; readonly origin: Origin | undefined };

/**
 * Leads from each method on to the methods that a call of it may run instead: those that override it, or that types have which satisfy
 * its interface. This is computed from what each file says, and depends on nothing else. update() returns the files whose part differs.
 */
export class OverrideMap {
  readonly #records = new Map<string, FileRecords>();
  #calls = new Map<string, { calls: Relationship[]; text: string }>();
  #isStale = false;

  put(path: string, origin: Origin | undefined, records: MethodRecords): void {
    if (records.pairs.length + records.types.length === 0) {
      this.delete(path);
      return;
    }
    const text = JSON.stringify(records);
    const known = this.#records.get(path);
    if (known?.text === text && known.origin === origin) return;
    this.#records.set(path, { records, text, origin });
    this.#isStale = true;
  }

  delete(path: string): void {
    if (this.#records.delete(path)) this.#isStale = true;
  }

  recordsOf(path: string): MethodRecords {
    return this.#records.get(path)?.records ?? NONE;
  }

  /** The calls that methods of a file may hand on. */
  of(path: string): readonly Relationship[] {
    return this.#calls.get(path)?.calls ?? [];
  }

  /** @returns the files whose part has changed */
  update(): string[] {
    if (!this.#isStale) return [];
    const before = this.#calls;
    this.#calls = new Map([...this.#build()].map(([path, calls]) => [path, { calls, text: JSON.stringify(calls) }]));
    this.#isStale = false;
    const paths = new Set([...before.keys(), ...this.#calls.keys()]);
    return [...paths].filter((path) => before.get(path)?.text !== this.#calls.get(path)?.text);
  }

  #build(): Map<string, Relationship[]> {
    const isTest = ({ origin }: FileRecords): number => (origin === 'test' ? 1 : 0);
    const files = [...this.#records]
      .sort(([a, one], [b, other]) => isTest(one) - isTest(other) || (a < b ? -1 : 1))
      .map(([, { records }]) => records);
    const candidates = new Map<string, Set<string>>();
    const types = files.flatMap((file) => file.types);
    for (const pairs of [...files.map((file) => file.pairs), satisfying(types, MAX_CANDIDATES)]) {
      for (const [overridden, overriding] of pairs) {
        const known = candidates.get(overridden);
        if (known === undefined) candidates.set(overridden, new Set([overriding]));
        else if (known.size < MAX_CANDIDATES) known.add(overriding);
      }
    }
    const calls = new Map<string, Relationship[]>();
    for (const source of [...candidates.keys()].sort()) {
      const targets = candidates.get(source)!;
      const path = fileOf(source);
      let own = calls.get(path);
      if (own === undefined) calls.set(path, (own = []));
      for (const target of targets) own.push(callOf(source, target, path, confidenceOf(targets.size)));
    }
    return calls;
  }
}

/** No line calls it, so it has none. */
function callOf(source: string, target: string, path: string, confidence: number): Relationship {
  return {
    id: relationshipId(source, 'calls', target),
    source_id: source,
    target_id: target,
    relationship_type: 'calls',
    file_path: path,
    confidence,
    resolution: 'override',
  };
}

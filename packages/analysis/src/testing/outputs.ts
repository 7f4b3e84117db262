import { canonicalJson } from '@graphtail/facts/plain';
import fc from 'fast-check';
import { readRecord, recordText, type LinkMemory } from '../linker/link-record.ts';
import { Linker, type LinkedFile, type LinkResult } from '../linker/linker.ts';
import { put } from './code-base.ts';

/** What a consumer of link() knows after several calls. */
export class Outputs {
  readonly files = new Map<string, LinkedFile>();

  take({ files }: LinkResult): void {
    for (const [path, file] of files) {
      if (file === undefined || file.nodes.length + file.relationships.length === 0) this.files.delete(path);
      else this.files.set(path, file);
    }
  }

  /** Equal for equal graphs. */
  digest(): string[] {
    const entities = [...this.files.values()].flatMap((file) => [...(file?.nodes ?? []), ...(file?.relationships ?? [])]);
    return entities.map((entity) => canonicalJson(entity)).sort();
  }
}

export function linkFresh(sources: ReadonlyMap<string, string>): string[] {
  const linker = new Linker();
  for (const [path, source] of sources) put(linker, path, source);
  const outputs = new Outputs();
  outputs.take(linker.link());
  return outputs.digest();
}

/** A file is written, or deleted where there is no source. */
export interface Edit {
  readonly path: string;
  readonly source: string | undefined;
}

function apply(sources: Map<string, string>, path: string, source: string | undefined): void {
  if (source === undefined) sources.delete(path);
  else sources.set(path, source);
}

/** Proves that after any edits, some at a time, a linker says what a fresh one says that has all the memory it wants. */
export function expectIncrementalEqualsFull(
  start: Iterable<readonly [string, string]>,
  edit: fc.Arbitrary<Edit>,
  numRuns: number,
  newLinker = (): Linker => new Linker(),
): void {
  const steps = fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 });
  const files = [...start];
  fc.assert(
    fc.property(steps, (edits) => {
      const sources = new Map(files);
      const linker = newLinker();
      for (const [path, source] of sources) put(linker, path, source);
      const outputs = new Outputs();
      outputs.take(linker.link());
      for (const step of edits) {
        for (const { path, source } of step) {
          apply(sources, path, source);
          if (source === undefined) linker.delete(path);
          else put(linker, path, source);
        }
        outputs.take(linker.link());
        expect(outputs.digest()).toEqual(linkFresh(sources));
      }
    }),
    { numRuns },
  );
}

/** Records as a disk keeps them. */
class Records implements LinkMemory {
  readonly #texts = new Map<string, string>();

  get(path: string): ReturnType<LinkMemory['get']> {
    const text = this.#texts.get(path);
    return text === undefined ? undefined : readRecord(text, path);
  }

  /** Takes at most `count` records, as if the process were killed then. */
  take(linker: Linker, count: number): void {
    for (let i = 0; i < count; i++) {
      const record = linker.nextRecord();
      if (record === undefined) return;
      this.#texts.set(record.path, recordText(record));
    }
  }
}

/** Proves that a linker that begins with the records of earlier ones says what a fresh one says, whatever was edited before and after. */
export function expectRestartedEqualsFull(start: Iterable<readonly [string, string]>, edit: fc.Arbitrary<Edit>, numRuns: number): void {
  const life = fc.record({
    down: fc.array(edit, { maxLength: 2 }),
    up: fc.array(edit, { maxLength: 2 }),
    records: fc.oneof(fc.constant(Infinity), fc.nat(6)),
  });
  const files = [...start];
  fc.assert(
    fc.property(fc.array(life, { minLength: 2, maxLength: 6 }), (lives) => {
      const sources = new Map(files);
      const memory = new Records();
      for (const { down, up, records } of lives) {
        for (const { path, source } of down) apply(sources, path, source);
        const linker = new Linker({ memory });
        const outputs = new Outputs();
        for (const [path, source] of [...sources].reverse()) put(linker, path, source);
        outputs.take(linker.link());
        expect(outputs.digest()).toEqual(linkFresh(sources));
        memory.take(linker, records);
        for (const { path, source } of up) {
          apply(sources, path, source);
          if (source === undefined) linker.delete(path);
          else put(linker, path, source);
        }
        outputs.take(linker.link());
        expect(outputs.digest()).toEqual(linkFresh(sources));
        memory.take(linker, records);
      }
    }),
    { numRuns },
  );
}

import { canonicalJson } from '@graphtail/facts/plain';
import fc from 'fast-check';
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
          if (source === undefined) {
            sources.delete(path);
            linker.delete(path);
          } else {
            sources.set(path, source);
            put(linker, path, source);
          }
        }
        outputs.take(linker.link());
        expect(outputs.digest()).toEqual(linkFresh(sources));
      }
    }),
    { numRuns },
  );
}

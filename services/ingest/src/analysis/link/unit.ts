import type { SourceExtraction } from '../extraction.ts';
import type { Type } from './type.ts';

/** Where a specifier leads. */
export type ModuleTarget = { readonly unit: Unit } | { readonly packageId: string } | undefined;

/** What can be derived: the type of an expression, of a written type, of what a function returns, of a parameter. */
export type Kind = 'expr' | 'type' | 'fn' | 'param';

function noMemos(): Record<Kind, (Memo | undefined)[]> {
  return { expr: [], type: [], fn: [], param: [] };
}

export interface Memo {
  readonly type: Type;
  /** Units besides its own that the type was derived from. */
  readonly sources: ReadonlySet<Unit> | undefined;
  /** What it was derived together with, in a cycle. */
  readonly members: readonly { unit: Unit; kind: Kind; index: number }[] | undefined;
}

/** One source file of the program, with what has been derived from it so far. */
export class Unit {
  readonly path: string;
  /** Ambient declarations of the language itself: nothing in it is a node. */
  readonly isLibrary: boolean;
  extraction: SourceExtraction;
  modules: ModuleTarget[] = [];
  #memos = noMemos();
  /** Whether a type mentions type parameters, so that it means nothing by itself. */
  openTypes: (boolean | undefined)[] = [];
  #exportNames: Map<string, number> | undefined;
  #siblings: Map<number, readonly number[]> | undefined;
  #statics: Map<number, number> | undefined;

  constructor(path: string, extraction: SourceExtraction, isLibrary = false) {
    this.path = path;
    this.extraction = extraction;
    this.isLibrary = isLibrary;
  }

  /** Everything derived is derived again when next asked for. */
  forget(): void {
    this.#memos = noMemos();
    this.openTypes = [];
    this.#exportNames = undefined;
    this.#siblings = undefined;
    this.#statics = undefined;
  }

  memoOf(kind: Kind): (Memo | undefined)[] {
    return this.#memos[kind];
  }

  /** The number of the export record of this name. */
  exportNumber(name: string): number | undefined {
    if (this.#exportNames === undefined) {
      this.#exportNames = new Map();
      for (const [i, entry] of this.extraction.exports.entries()) if ('name' in entry) this.#exportNames.set(entry.name, i);
    }
    return this.#exportNames.get(name);
  }

  /** The other declarations that an interface, or a class, is merged with. */
  siblings(shape: number): readonly number[] {
    if (this.#siblings === undefined) {
      this.#siblings = new Map();
      for (const { shapes } of this.extraction.bindings) {
        if (shapes !== undefined && shapes.length > 1)
          for (const each of shapes)
            this.#siblings.set(
              each,
              shapes.filter((other) => other !== each),
            );
      }
    }
    return this.#siblings.get(shape) ?? [];
  }

  /** The shape that holds the properties of a function, `f.a = …`. */
  staticsOf(fn: number): number | undefined {
    if (this.#statics === undefined) {
      this.#statics = new Map();
      for (const binding of this.extraction.bindings) {
        if (binding.fn !== undefined && binding.holder !== undefined) this.#statics.set(binding.fn, binding.holder);
      }
    }
    return this.#statics.get(fn);
  }
}

import type { Binding, ExportRecord, Member, Shape, SourceExtraction } from '../../extraction/extraction.ts';
import {
  entriesOf,
  type BindingNumber,
  type FunctionNumber,
  type ModuleNumber,
  type NodeNumber,
  type ShapeNumber,
} from '../../extraction/numbers.ts';
import { originOf, type Origin } from '../../extraction/origin.ts';
import type { Held } from './memory-budget.ts';
import type { Type } from './type.ts';

/** Where a specifier leads. */
export type ModuleTarget = { readonly unit: Unit } | { readonly packageId: string; readonly known: Unit | undefined } | undefined;

/** What a result may depend on: a part of a file, or what its export table says of a name. */
export interface Facet {
  readonly unit: Unit;
  readonly name: string;
}

/** What can be derived: the type of an expression, of a written type, of a function's result, or of a parameter. */
export type Derivable = 0 | 1 | 2 | 3;
export const EXPR: Derivable = 0;
export const TYPE: Derivable = 1;
export const FN: Derivable = 2;
export const PARAM: Derivable = 3;

export interface Memo {
  readonly type: Type;
  readonly facets: ReadonlySet<Facet> | undefined;
  /** The members of the same cycle, if it was derived in one. */
  readonly members: readonly { unit: Unit; key: number }[] | undefined;
}

/** One source file of the program, with the results derived from it so far. */
export class Unit {
  readonly path: string;
  /** Whether it holds ambient declarations of the language itself, which make no nodes. */
  readonly isLibrary: boolean;
  /** Whether it stands for several files under one name: a package, a namespace, a folder. It only re-exports what they export. */
  readonly isGroup: boolean;
  /** Where each of its specifiers leads, by module number. */
  modules: ModuleTarget[] = [];
  /** Names that it sees without an import, by a convention of its framework. */
  visible: ModuleTarget;
  specifiers: readonly string[] = [];
  /** Whether each of its specifiers is the argument of a `require`. */
  required: readonly boolean[] = [];
  language = '';
  origin: Origin | undefined;
  /** The names that it declares for every file. */
  globals: readonly (readonly [name: string, binding: BindingNumber])[] = [];
  /** Cached results by kind and number; see Evaluator. */
  memos = new Map<number, Memo>();
  /** By type number: whether the type mentions type parameters and so depends on an environment. */
  openTypes: (boolean | undefined)[] = [];
  #extraction: Held<SourceExtraction>;
  readonly #facets = new Map<string, Facet>();
  #parts: Facet[] = [];
  #exportNumbers: Map<string, number> | undefined;
  #siblings: Map<ShapeNumber, readonly ShapeNumber[]> | undefined;
  #statics: Map<FunctionNumber, ShapeNumber> | undefined;
  #owners: Map<NodeNumber, { binding: BindingNumber } | { shape: ShapeNumber; member: Member }> | undefined;

  constructor(path: string, extraction: Held<SourceExtraction>, isLibrary = false, isGroup = false) {
    this.path = path;
    this.isLibrary = isLibrary;
    this.isGroup = isGroup;
    this.#extraction = extraction;
    this.replace(extraction);
  }

  get extraction(): SourceExtraction {
    return this.#extraction.value;
  }

  get held(): Held<SourceExtraction> {
    return this.#extraction;
  }

  /** Replaces the content. The caller must then drop what was derived from the old content. */
  replace(extraction: Held<SourceExtraction>): void {
    const { surface, modules, language, globals, isGenerated } = extraction.value;
    this.#extraction = extraction;
    this.#parts = surface.parts.map((name) => this.facet(name));
    this.specifiers = modules.map(({ specifier }) => specifier);
    this.required = modules.map(({ how }) => how === 'require');
    this.language = language;
    this.origin = originOf(this.path, isGenerated === true);
    this.globals = globals ?? [];
  }

  /** Drops all cached results. They are derived again on demand. */
  forget(): void {
    this.memos = new Map();
    this.openTypes = [];
    this.#exportNumbers = undefined;
    this.#siblings = undefined;
    this.#statics = undefined;
    this.#owners = undefined;
  }

  /** Returns the same object for the same name, whatever the content. */
  facet(name: string): Facet {
    let facet = this.#facets.get(name);
    if (facet === undefined) this.#facets.set(name, (facet = { unit: this, name }));
    return facet;
  }

  bindingFacet(number: BindingNumber): Facet | undefined {
    return this.#parts[this.extraction.surface.bindings[number] ?? -1];
  }

  functionFacet(number: FunctionNumber): Facet | undefined {
    return this.#parts[this.extraction.surface.functions[number] ?? -1];
  }

  shapeFacet(number: ShapeNumber): Facet | undefined {
    return this.#parts[this.extraction.surface.shapes[number] ?? -1];
  }

  /** What the file tells other files now: one value for each facet with content. */
  facets(): Map<string, string> {
    const { surface, exports, modules, bindings, nodes } = this.extraction;
    const facets = new Map(surface.parts.map((name, i) => [name, surface.hashes[i]!]));
    const names: string[] = [];
    const stars: string[] = [];
    for (const entry of exports) {
      if ('star' in entry) stars.push(`${modules[entry.star]!.specifier}${hiding(entry)}`);
      else {
        if (entry.hidden === undefined) names.push(entry.name);
        facets.set(exportFacet(entry.name), `${describe(entry)}${hiding(entry)}`);
      }
    }
    facets.set(STARS, stars.join('\n'));
    facets.set(EXPORTS, names.join('\n'));
    return facets;

    function describe(entry: Exclude<ExportRecord, { star: ModuleNumber }>): string {
      if ('from' in entry) return `${modules[entry.from.module]!.specifier}\n${entry.from.name}`;
      if ('binding' in entry) return bindings[entry.binding]!.name;
      return entry.node === undefined ? '' : nodes[entry.node]!.suffix;
    }
  }

  exportOf(name: string): ExportRecord | undefined {
    if (this.#exportNumbers === undefined) {
      this.#exportNumbers = new Map();
      for (const [i, entry] of this.extraction.exports.entries()) if ('name' in entry) this.#exportNumbers.set(entry.name, i);
    }
    const number = this.#exportNumbers.get(name);
    return number === undefined ? undefined : this.extraction.exports[number];
  }

  /** The other declarations that an interface or a class is merged with. */
  siblings(shape: ShapeNumber): readonly ShapeNumber[] {
    if (this.#siblings === undefined) {
      this.#siblings = new Map();
      for (const { shapes } of this.extraction.bindings) {
        if (shapes === undefined || shapes.length < 2) continue;
        for (const each of shapes)
          this.#siblings.set(
            each,
            shapes.filter((other) => other !== each),
          );
      }
    }
    return this.#siblings.get(shape) ?? [];
  }

  /** The binding or the member that a node belongs to. */
  ownerOf(node: NodeNumber): { binding: BindingNumber } | { shape: ShapeNumber; member: Member } | undefined {
    if (this.#owners === undefined) {
      this.#owners = new Map();
      for (const [binding, record] of entriesOf<BindingNumber, Binding>(this.extraction.bindings))
        if (record.node !== undefined) this.#owners.set(record.node, { binding });
      for (const [shape, { members }] of entriesOf<ShapeNumber, Shape>(this.extraction.shapes)) {
        for (const member of members) if (member.node !== undefined) this.#owners.set(member.node, { shape, member });
      }
    }
    return this.#owners.get(node);
  }

  /** The shape that holds the properties of a function: `f.a = …`. */
  staticsOf(fn: FunctionNumber): ShapeNumber | undefined {
    if (this.#statics === undefined) {
      this.#statics = new Map();
      for (const binding of this.extraction.bindings) {
        if (binding.fn !== undefined && binding.holder !== undefined) this.#statics.set(binding.fn, binding.holder);
      }
    }
    return this.#statics.get(fn);
  }
}

function hiding({ hidden }: ExportRecord): string {
  return hidden === undefined ? '' : `\n${String(hidden)}`;
}

export const STARS = '* stars';
export const EXPORTS = '* names';

export function exportFacet(name: string): string {
  return `> ${name}`;
}

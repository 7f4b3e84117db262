import type { FileModel } from '../file-model.ts';

/** What a name can mean; TypeScript keeps values and types apart. */
export const VALUE = 1;
export const TYPE = 2;

/** A lexical scope: names to binding numbers. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly isFunction: boolean;
  /** What is declared right in it belongs to the file or a namespace, and not to a function, named or not. */
  readonly isModule: boolean;
  readonly #model: FileModel;
  readonly #names = new Map<string, { binding: number; meaning: number }>();

  constructor(model: FileModel, parent: Scope | undefined, isFunction: boolean, isModule = parent === undefined) {
    this.#model = model;
    this.isModule = isModule;
    this.parent = parent;
    this.isFunction = isFunction;
  }

  /** The name's binding in this very scope, made if need be; a class and a namespace of one name share theirs. */
  declare(name: string, meaning: number): number {
    const known = this.#names.get(name);
    if (known !== undefined) {
      known.meaning |= meaning;
      return known.binding;
    }
    const binding = this.#model.binding(name);
    this.#names.set(name, { binding, meaning });
    return binding;
  }

  /** A binding in its own right, over one of the same name further out. */
  shadow(name: string): number {
    const binding = this.#model.binding(name);
    this.#names.set(name, { binding, meaning: VALUE });
    return binding;
  }

  /** What is declared in this very scope. */
  entries(): [name: string, binding: number][] {
    return [...this.#names].map(([name, { binding }]) => [name, binding]);
  }

  lookup(name: string, meaning: number): number | undefined {
    const found = this.#names.get(name);
    if (found !== undefined && (found.meaning & meaning) !== 0) return found.binding;
    return this.parent?.lookup(name, meaning);
  }
}

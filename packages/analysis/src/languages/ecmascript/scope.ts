import type { FileModel } from '../../extraction/file-model.ts';
import type { BindingNumber } from '../../extraction/numbers.ts';

/** The kinds of meaning of a name. TypeScript keeps values and types apart. */
export const VALUE = 1;
export const TYPE = 2;

/** A lexical scope: names to binding numbers. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly isFunction: boolean;
  /** Whether names declared directly in it belong to the file or a namespace, and not to a function. */
  readonly isModule: boolean;
  readonly #model: FileModel;
  readonly #names = new Map<string, { binding: BindingNumber; meaning: number }>();

  constructor(model: FileModel, parent: Scope | undefined, isFunction: boolean, isModule = parent === undefined) {
    this.#model = model;
    this.isModule = isModule;
    this.parent = parent;
    this.isFunction = isFunction;
  }

  /** Returns the name's binding in this scope, and makes it if there is none. A class and a namespace of the same name share one. */
  declare(name: string, meaning: number): BindingNumber {
    const known = this.#names.get(name);
    if (known !== undefined) {
      known.meaning |= meaning;
      return known.binding;
    }
    const binding = this.#model.binding(name);
    this.#names.set(name, { binding, meaning });
    return binding;
  }

  /** Makes a new binding that hides one of the same name further out. */
  shadow(name: string): BindingNumber {
    const binding = this.#model.binding(name);
    this.#names.set(name, { binding, meaning: VALUE });
    return binding;
  }

  /** The names declared directly in this scope. */
  entries(): [name: string, binding: BindingNumber][] {
    return [...this.#names].map(([name, { binding }]) => [name, binding]);
  }

  lookup(name: string, meaning: number): BindingNumber | undefined {
    const found = this.#names.get(name);
    if (found !== undefined && (found.meaning & meaning) !== 0) return found.binding;
    return this.parent?.lookup(name, meaning);
  }
}

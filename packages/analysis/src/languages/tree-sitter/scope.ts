import type { BindingNumber } from '../../extraction/numbers.ts';
/** What a scope belongs to. Names that a module or a class declares are visible elsewhere; a function's names only inside it. */
export type ScopeKind = 'module' | 'class' | 'function' | 'block';

/** The names of one scope. */
export class Scope {
  readonly kind: ScopeKind;
  readonly outer: Scope | undefined;
  readonly names = new Map<string, BindingNumber>();
  /** While a branch is being read: the meaning of each changed name before it. */
  #changes: Map<string, BindingNumber | undefined> | undefined;

  constructor(kind: ScopeKind, outer: Scope | undefined) {
    this.kind = kind;
    this.outer = outer;
  }

  lookup(name: string): { binding: BindingNumber; scope: Scope } | undefined {
    const binding = this.names.get(name);
    return binding === undefined ? this.outer?.lookUpFromInside(name) : { binding, scope: this };
  }

  /** Functions in a class do not see its members as names; they reach them only through an instance. */
  private lookUpFromInside(name: string): { binding: BindingNumber; scope: Scope } | undefined {
    return this.kind === 'class' ? this.outer?.lookUpFromInside(name) : this.lookup(name);
  }

  set(name: string, binding: BindingNumber): void {
    if (this.#changes !== undefined && !this.#changes.has(name)) this.#changes.set(name, this.names.get(name));
    this.names.set(name, binding);
  }

  /** @returns the names whose meaning `body` changed, with their former meaning */
  branch(body: () => void): Map<string, BindingNumber | undefined> {
    const outer = this.#changes;
    const changes = (this.#changes = new Map<string, BindingNumber | undefined>());
    try {
      body();
    } finally {
      this.#changes = outer;
    }
    for (const [name, before] of changes) if (outer !== undefined && !outer.has(name)) outer.set(name, before);
    return changes;
  }
}

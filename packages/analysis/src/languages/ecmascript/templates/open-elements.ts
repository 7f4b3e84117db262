import { Scope } from '../scope.ts';
import type { Walk } from '../walk.ts';

interface Open {
  readonly tag: string;
  readonly outer: Scope;
}

/** How deep scopes are nested. A name is looked up in one after the other. */
const MAX_SCOPES = 100;

/** The elements and blocks around a place of a template, each with the scope that ends with it. */
export class OpenElements {
  readonly #w: Walk;
  readonly #open: Open[] = [];
  readonly #counts = new Map<string, number>();
  #scopes = 0;

  constructor(w: Walk) {
    this.#w = w;
  }

  /** Begins an element. What is declared until it ends is visible only inside it, if it declares anything. */
  enter(tag: string, declares: boolean): void {
    this.#open.push({ tag, outer: this.#w.scope });
    this.#counts.set(tag, (this.#counts.get(tag) ?? 0) + 1);
    if (!declares || this.#scopes >= MAX_SCOPES) return;
    this.#scopes++;
    this.#w.scope = new Scope(this.#w.model, this.#w.scope, false, false);
  }

  /** Ends the innermost element of this name, with those inside it that were not ended. An end without a beginning is passed over. */
  leave(tag: string): void {
    if ((this.#counts.get(tag) ?? 0) === 0) return;
    for (;;) {
      const innermost = this.#open.pop()!;
      this.#counts.set(innermost.tag, this.#counts.get(innermost.tag)! - 1);
      if (innermost.outer !== this.#w.scope) this.#scopes--;
      this.#w.scope = innermost.outer;
      if (innermost.tag === tag) return;
    }
  }
}

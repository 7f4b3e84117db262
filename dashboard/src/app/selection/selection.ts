import { Service, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, type Params } from '@angular/router';
import type { Offset } from '@graphtail/facts';

/** What a person looks at, as the address has it. `null` removes a part of it. */
export type Selected = {
  readonly graph: string;
  /** A node's id, a file's, or a folder's path followed by `/`. */
  readonly node: string;
  /** A view of the page. */
  readonly view: string;
  /** The state after that fact; undefined: the newest. */
  readonly at: Offset;
  /** The two ends of a comparison. */
  readonly from: Offset;
  readonly to: Offset;
  readonly depth: string;
  readonly types: string;
  readonly filter: string;
};
export type SelectedChange = { readonly [Name in keyof Selected]?: Selected[Name] | null };

/**
 * The selection, which every page shares. It lives in the address alone, so Back works, and a link shows the same to everybody. Changes
 * of one turn are one step of the history.
 */
@Service()
export class Selection {
  readonly #router = inject(Router);
  readonly #query = toSignal(inject(ActivatedRoute).queryParamMap);
  #next: SelectedChange | undefined;

  readonly graph = this.#part('graph');
  readonly node = this.#part('node');
  readonly view = this.#part('view');
  readonly at = this.#part('at');
  readonly from = this.#part('from');
  readonly to = this.#part('to');
  readonly depth = this.#part('depth');
  readonly types = this.#part('types');
  readonly filter = this.#part('filter');

  /** Changes the selection on the shown page. @param isStep false: Back does not return to what was selected before */
  set(change: SelectedChange, isStep = true): void {
    const isFirst = this.#next === undefined;
    this.#next = { ...this.#next, ...change };
    if (!isFirst) return;
    queueMicrotask(() => {
      const queryParams: Params = this.#next ?? {};
      this.#next = undefined;
      if (Object.entries(queryParams).every(([name, value]) => (this.#query()?.get(name) ?? null) === value)) return;
      void this.#router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl: !isStep });
    });
  }

  /** Shows something on a page, in the same graph and at the same offset unless `change` says otherwise. */
  async open(path: string, change: SelectedChange = {}): Promise<void> {
    await this.#router.navigate([path], { queryParams: { graph: this.graph() ?? null, at: this.at() ?? null, ...change } });
  }

  #part<Name extends keyof Selected>(name: Name) {
    return computed(() => (this.#query()?.get(name) ?? undefined) as Selected[Name] | undefined);
  }
}

import { DestroyRef, Service, inject, signal } from '@angular/core';
import type { Graph } from '@graphtail/client';
import { Session } from '../access/session.ts';
import { API, asksForToken, reasonOf } from '../api/api.ts';

const EVERY_MS = 15_000;
const WHILE_MISSING_MS = 2_000;

/** The list of graphs. It is requested again now and then, and often while it is empty or the server does not answer. */
@Service()
export class Graphs {
  readonly #api = inject(API);
  readonly #session = inject(Session);
  readonly list = signal<readonly Graph[] | undefined>(undefined);
  readonly error = signal<string | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
    void this.refresh();
  }

  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    const token = this.#session.token();
    let refused = false;
    try {
      const graphs = await this.#api.graphs();
      if (token !== this.#session.token()) return; // signed out meanwhile, or signed in again, which sends a new request
      if (JSON.stringify(graphs) !== JSON.stringify(this.list())) this.list.set(graphs);
      this.error.set(undefined);
    } catch (error) {
      if (token !== this.#session.token()) return;
      refused = asksForToken(error);
      if (asksForToken(error)) this.#session.refused(error.message);
      this.error.set(reasonOf(error, 'The graphs could not be read'));
    }
    this.#session.checked();
    // A refused token would be refused again, and frequent requests would only fill the console.
    const settled = refused || (this.error() === undefined && (this.list()?.length ?? 0) > 0);
    this.#timer = setTimeout(() => void this.refresh(), settled ? EVERY_MS : WHILE_MISSING_MS);
  }
}

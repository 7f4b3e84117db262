import { DestroyRef, Service, computed, inject, signal } from '@angular/core';
import type { Health } from '@graphtail/client';
import { API, reasonOf } from '../api/api.ts';

const EVERY_MS = 3_000;

/** What Graphtail says of itself; asked again while somebody looks. */
@Service()
export class HealthFeed {
  readonly #api = inject(API);
  readonly #answer = signal<Health | undefined>(undefined);
  readonly #error = signal<string | undefined>(undefined);
  readonly #askedAt = signal<number | undefined>(undefined);
  /** The last answer, also if there was none since. */
  readonly answer = this.#answer.asReadonly();
  /** Why there is no newer answer. */
  readonly error = this.#error.asReadonly();
  /** When the last answer came, ms. */
  readonly answeredAt = this.#askedAt.asReadonly();
  readonly isLogAway = computed(() => this.#error() === undefined && this.#answer()?.services?.['redis']?.status === 'down');
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
    void this.#ask();
  }

  async #ask(): Promise<void> {
    if (!document.hidden) {
      try {
        const answer = await this.#api.health();
        this.#answer.set(answer);
        this.#askedAt.set(Date.now());
        this.#error.set(undefined);
      } catch (error) {
        this.#error.set(reasonOf(error, 'Health could not be read'));
      }
    }
    this.#timer = setTimeout(() => void this.#ask(), EVERY_MS);
  }
}

import { DestroyRef, Service, inject, signal } from '@angular/core';

/** The present time for relative times: one tick a second for the whole page. */
@Service()
export class Clock {
  readonly #now = signal(Date.now());
  readonly now = this.#now.asReadonly();

  constructor() {
    const timer = setInterval(() => {
      if (!document.hidden) this.#now.set(Date.now());
    }, 1000);
    const shown = () => {
      if (!document.hidden) this.#now.set(Date.now());
    };
    document.addEventListener('visibilitychange', shown);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', shown);
    });
  }
}

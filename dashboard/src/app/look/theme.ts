import { DestroyRef, Service, computed, inject, signal } from '@angular/core';

export type ThemeName = 'light' | 'dark';

const KEY = 'graphtail.theme'; // public/theme.js reads it before the first paint

/**
 * Light or dark: the system's choice until the user makes another one, which is remembered. Choosing the system's value follows the system
 * again.
 */
@Service()
export class Theme {
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #system = signal<ThemeName>(this.#dark.matches ? 'dark' : 'light');
  readonly #chosen = signal<ThemeName | undefined>(remembered());
  readonly current = computed(() => this.#chosen() ?? this.#system());

  constructor() {
    const follow = () => this.#system.set(this.#dark.matches ? 'dark' : 'light');
    this.#dark.addEventListener('change', follow);
    inject(DestroyRef).onDestroy(() => this.#dark.removeEventListener('change', follow));
  }

  toggle(): void {
    const next: ThemeName = this.current() === 'dark' ? 'light' : 'dark';
    const chosen = next === this.#system() ? undefined : next;
    this.#chosen.set(chosen);
    if (chosen === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen;
    try {
      if (chosen === undefined) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, chosen);
    } catch {
      // No storage (private window): the choice lasts as long as this page.
    }
  }
}

function remembered(): ThemeName | undefined {
  const theme = document.documentElement.dataset['theme'];
  return theme === 'light' || theme === 'dark' ? theme : undefined;
}

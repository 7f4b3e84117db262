import { Service, computed, inject, signal } from '@angular/core';
import { Clock } from '../format/clock.ts';
import { claimsOf, mayAct, type Role } from './claims.ts';

/**
 * Storage of the tab: another tab asks for a token again, and the token does not outlive the tab, as in localStorage. A reload keeps it.
 */
const KEY = 'graphtail.token';

/** The token that this page shows, and whether the server asks for one. */
@Service()
export class Session {
  readonly #clock = inject(Clock);
  readonly token = signal<string | undefined>(remembered());
  /** The server's reason for refusing a request; undefined while nothing was refused. */
  readonly refusal = signal<string | undefined>(undefined);
  readonly claims = computed(() => {
    const token = this.token();
    return token === undefined ? undefined : claimsOf(token);
  });
  readonly expired = computed(() => {
    const expiresAt = this.claims()?.expiresAt;
    return expiresAt !== undefined && expiresAt <= this.#clock.now();
  });
  /** Whether the server has not answered yet about the token that was just entered. */
  readonly checking = signal(false);
  readonly isAskedFor = computed(() => this.checking() || this.refusal() !== undefined);

  /** @throws {TypeError} if the text is no token; the server is not asked */
  signIn(text: string): void {
    const token = text.trim().replace(/^bearer\s+/i, '');
    if (claimsOf(token) === undefined) throw new TypeError('This is not a token. A token has three parts, separated by dots.');
    this.token.set(token);
    this.refusal.set(undefined);
    this.checking.set(true);
    remember(token);
  }

  signOut(): void {
    this.token.set(undefined);
    this.refusal.set('Signed out.');
    remember(undefined);
  }

  refused(why: string): void {
    this.refusal.set(why);
    this.checking.set(false);
  }

  /** The server answered, or could not be reached, so the token is no longer being checked. */
  checked(): void {
    this.checking.set(false);
  }

  /** Why the token's role does not allow an action; undefined if it does, or if no token is needed. */
  forbids(needed: Role): string | undefined {
    const role = this.claims()?.role;
    if (role === undefined || mayAct(role, needed)) return undefined;
    return `Needs a token of role ${needed}; this one's is ${role}`;
  }
}

function remembered(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined; // no storage (private window): the token lasts as long as this page
  }
}

function remember(token: string | undefined): void {
  try {
    if (token === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // likewise
  }
}

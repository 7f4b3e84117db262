import { Service, computed, inject, signal } from '@angular/core';
import { Clock } from '../format/clock.ts';
import { claimsOf, mayAct, type Role } from './claims.ts';

/** The tab's own: another tab asks for a token again, and none outlives the tab, as it would in localStorage. A reload keeps it. */
const KEY = 'graphtail.token';

/** The token that this page shows, and whether the server asks for one. */
@Service()
export class Session {
  readonly #clock = inject(Clock);
  readonly token = signal<string | undefined>(remembered());
  /** Why the server did not take the request, in its words; undefined while nothing was refused. */
  readonly refusal = signal<string | undefined>(undefined);
  readonly claims = computed(() => {
    const token = this.token();
    return token === undefined ? undefined : claimsOf(token);
  });
  readonly expired = computed(() => {
    const expiresAt = this.claims()?.expiresAt;
    return expiresAt !== undefined && expiresAt <= this.#clock.now();
  });
  /** Whether the server has yet to say if it takes the token that was just entered. */
  readonly checking = signal(false);
  readonly isAskedFor = computed(() => this.checking() || this.refusal() !== undefined);

  /** @throws {TypeError} if the text is no token: told without asking the server */
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

  /** The server answered, or could not be reached: what it thinks of the token is not the question any more. */
  checked(): void {
    this.checking.set(false);
  }

  /** Why the token does not allow what needs a role; undefined if it does, or no token is needed. */
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
    return undefined; // no storage (private window): the token holds for this page
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

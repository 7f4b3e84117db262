/**
 * A bearer token, or a function that returns a valid one. A function is called at the start, before the token expires, and after a refusal;
 * one that answers at once, without a promise, is called each time.
 */
export type TokenSource = string | (() => string | undefined | Promise<string | undefined>);

type MaybePromise = string | undefined | Promise<string | undefined>;

/**
 * When a JWT expires, in milliseconds since 1970; undefined if it does not say or is none. Its signature is not
 * checked: the server does that, and here the time only says when to ask for the next token.
 */
export function expiryOf(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined;
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** The token in use, and where the next one comes from. */
export class TokenKeeper {
  #source: TokenSource | undefined;
  #held: string | undefined;
  #asking: Promise<string | undefined> | undefined;
  #answersAtOnce = false;

  constructor(source: TokenSource | undefined) {
    this.#source = source;
    if (typeof source === 'string') this.#held = source;
  }

  /** Whether the next token can be had without the caller. */
  get renews(): boolean {
    return typeof this.#source === 'function';
  }

  /** The token in use. @param now milliseconds since 1970: a token that has expired by then is renewed first. @throws as the source does */
  current(now: number): MaybePromise {
    if (this.#asking !== undefined) return this.#asking;
    if (this.#answersAtOnce) return this.renew();
    const expiry = this.#held === undefined ? 0 : (expiryOf(this.#held) ?? Infinity);
    return expiry <= now ? this.renew() : this.#held;
  }

  /** A fresh token from the source; from a fixed one, the same again. @throws as the source does */
  renew(): MaybePromise {
    const source = this.#source;
    if (typeof source !== 'function') return source;
    if (this.#asking !== undefined) return this.#asking;
    const answer = source();
    this.#answersAtOnce = !(answer instanceof Promise);
    if (!(answer instanceof Promise)) return (this.#held = answer);
    this.#asking = answer
      .then((token) => (this.#held = token))
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }

  /** Uses this token from now on; a function is still asked for the one after it. */
  replace(token: string): void {
    this.#held = token;
    if (typeof this.#source !== 'function') this.#source = token;
  }
}

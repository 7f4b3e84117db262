/**
 * A bearer token, or a function that returns a valid one. The function is called at the start, before the token expires, and after a
 * refusal. If it returns without a promise, it is called for each use of the token.
 */
export type TokenSource = string | (() => string | undefined | Promise<string | undefined>);

type MaybePromise = string | undefined | Promise<string | undefined>;

/**
 * Returns when a JWT expires, in milliseconds since 1970; undefined if the text does not say so or is not a JWT. The signature
 * is not checked. The server does that; here the time only decides when the client asks for the next token.
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

/** Holds the token in use, and gets the next one from its source. */
export class TokenKeeper {
  #source: TokenSource | undefined;
  #held: string | undefined;
  /** The token before the one that was given by `replace`. */
  #former: string | undefined;
  #asking: Promise<string | undefined> | undefined;
  #answersAtOnce = false;

  constructor(source: TokenSource | undefined) {
    this.#source = source;
    if (typeof source === 'string') this.#held = source;
  }

  /** Whether the source is a function, which can return the next token. */
  get renews(): boolean {
    return typeof this.#source === 'function';
  }

  /**
   * Returns the token in use.
   * @param now milliseconds since 1970; a token that has expired by then is renewed first.
   * @throws the source's error
   */
  current(now: number): MaybePromise {
    if (this.#asking !== undefined) return this.#asking;
    if (this.#answersAtOnce) return this.renew();
    const expiry = this.#held === undefined ? 0 : (expiryOf(this.#held) ?? Infinity);
    return expiry <= now ? this.renew() : this.#held;
  }

  /**
   * Returns another token than the one that was refused: a fresh one from the source, or the one before the last `replace`. If there is no
   * other, returns the same token again. @throws the source's error
   */
  renew(): MaybePromise {
    const source = this.#source;
    if (typeof source !== 'function') return this.#backToTheFormer();
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

  /** Uses this token from now on. If the source is a function, it is still called for the next token. */
  replace(token: string): void {
    if (typeof this.#source !== 'function') {
      this.#former = this.#source;
      this.#source = token;
    }
    this.#held = token;
  }

  #backToTheFormer(): string | undefined {
    if (this.#former !== undefined) this.#source = this.#held = this.#former;
    this.#former = undefined;
    return this.#held;
  }
}

import { Problem } from '../problem.ts';
import { keyOf, limitFor } from './address-key.ts';

/** Limits how many of something each address has at the same time. Uses no memory for an address that has none. */
export class Quota {
  readonly #limit: number;
  readonly #what: string;
  readonly #taken = new Map<string, number>();

  constructor(limit: number, what: string) {
    this.#limit = limit;
    this.#what = what;
  }

  /** Takes one. The returned function releases it; later calls do nothing. @throws {Problem} 429 `RATE_LIMITED` */
  take(address: string): () => void {
    const key = keyOf(address);
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= limitFor(address, this.#limit)) throw tooMany(this.#what, 10);
    this.#taken.set(key, taken + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const left = this.#taken.get(key)! - 1;
      if (left === 0) this.#taken.delete(key);
      else this.#taken.set(key, left);
    };
  }
}

export function tooMany(what: string, retryAfterSeconds: number): Problem {
  return new Problem(429, 'RATE_LIMITED', `Too many ${what} from your address.`, { retry_after_seconds: retryAfterSeconds });
}

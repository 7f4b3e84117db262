import { smallest } from './smallest.ts';

/** Members by score. Setting a score is O(1). The highest members are found without looking at the rest. */
export class Ranking {
  readonly #scores = new Map<string, number>();
  readonly #members = new Map<number, Set<string>>();

  /** Sets a member's score; `undefined` removes the member. */
  set(member: string, score: number | undefined): void {
    const before = this.#scores.get(member);
    if (before === score) return;
    if (before !== undefined) this.#leave(member, before);
    if (score === undefined) {
      this.#scores.delete(member);
      return;
    }
    this.#scores.set(member, score);
    const members = this.#members.get(score);
    if (members === undefined) this.#members.set(score, new Set([member]));
    else members.add(member);
  }

  clear(): void {
    this.#scores.clear();
    this.#members.clear();
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  get size(): number {
    return this.#scores.size;
  }

  /** How many members have at least this score. */
  countFrom(least: number): number {
    let count = 0;
    for (const [score, members] of this.#members) if (score >= least) count += members.size;
    return count;
  }

  /** The first members by score, highest first. Members with equal scores are sorted, so that the order of updates does not matter. */
  top(count: number): string[] {
    const found: string[] = [];
    for (const score of [...this.#members.keys()].sort((a, b) => b - a)) {
      if (found.length >= count) break;
      found.push(...smallest(this.#members.get(score) ?? [], count - found.length, byText));
    }
    return found;
  }

  #leave(member: string, score: number): void {
    const members = this.#members.get(score);
    members?.delete(member);
    if (members?.size === 0) this.#members.delete(score);
  }
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

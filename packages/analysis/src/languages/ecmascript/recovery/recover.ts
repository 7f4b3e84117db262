import { withoutConflicts } from './conflict-markers.ts';
import { closedAfter, draftsOf, textAround, type Draft } from './drafts.ts';
import { groupsOf, isBlank, partsOf, type Lines, type Parts } from './line-groups.ts';

/** How many characters may be parsed in total, for each character of the source. Beyond that, a broken part is left out as a whole. */
const BUDGET = 12;
const [LEAST_BUDGET, MOST_BUDGET] = [50_000, 8_000_000];
/** Cost of a parser call on a short text, in characters. */
const EACH = 300;

/** The text around some lines that lets them parse by themselves. */
interface Context {
  readonly before: string;
  readonly after: string;
}

/**
 * Finds the largest part of a broken text that parses, on the same lines.
 *
 * The search halves the list of statements, as indentation divides them, to find the broken one. Then it does the same with the content
 * of that statement. A missing bracket is added where indentation suggests it; a part that is broken in itself is left out. The result
 * depends on the text alone. The time is at most proportional to its length.
 */
export function recover(source: string, parses: (text: string) => boolean): string {
  return new Recovery(source, parses).text();
}

class Recovery {
  readonly #lines: string[];
  readonly #parses: (text: string) => boolean;
  #budget: number;

  constructor(source: string, parses: (text: string) => boolean) {
    this.#lines = withoutConflicts(source.split('\n'));
    this.#parses = parses;
    this.#budget = Math.min(Math.max(LEAST_BUDGET, source.length * BUDGET), MOST_BUDGET);
  }

  text(): string {
    const all = { from: 0, to: this.#lines.length };
    const alone = { before: '', after: '' };
    if (!this.#holds(this.#textOf(all), alone)) this.#mendGroups(groupsOf(this.#lines, all), alone);
    return this.#lines.join('\n');
  }

  get #isSpent(): boolean {
    return this.#budget <= 0;
  }

  #textOf({ from, to }: Lines): string {
    return this.#lines.slice(from, to).join('\n');
  }

  #holds(text: string, { before, after }: Context): boolean {
    if (this.#isSpent) return false;
    const whole = `${before}\n${text}\n${after}`;
    this.#budget -= whole.length + EACH;
    return this.#parses(whole);
  }

  /** Repairs groups that do not parse together. */
  #mendGroups(groups: readonly Lines[], context: Context): void {
    if (groups.length === 1) {
      this.#mendGroup(groups[0]!, context);
      return;
    }
    const half = groups.length >> 1;
    const [left, right] = [groups.slice(0, half), groups.slice(half)];
    const leftHolds = this.#holds(this.#textOf({ from: left[0]!.from, to: left.at(-1)!.to }), context);
    if (!leftHolds) this.#mendGroups(left, context);
    if (leftHolds || !this.#holds(this.#textOf({ from: right[0]!.from, to: right.at(-1)!.to }), context)) this.#mendGroups(right, context);
  }

  #mendGroup(group: Lines, context: Context): void {
    const parts = partsOf(this.#lines, group);
    const draft = this.#isSpent ? undefined : this.#firstThatHolds(parts, context);
    if (draft === undefined) {
      this.#lines.fill('', group.from, group.to);
      return;
    }
    for (const [at, line] of draft.skeleton) this.#lines[at] = line;
    const last = this.#lastOf(group);
    for (const interior of parts.interiors) {
      if (this.#isSpent) break;
      const { before, after } = textAround(draft, interior.from);
      const inside = { before: `${context.before}\n${before}`, after: `${after}\n${context.after}` };
      if (!this.#holds(this.#textOf(interior), inside)) this.#mendGroups(groupsOf(this.#lines, interior), inside);
    }
    this.#lines[last] = closedAfter(this.#lines[last]!, draft.tail);
    if (parts.interiors.length === 0 || this.#holds(this.#textOf(group), context)) return;
    for (const { from, to } of parts.interiors) this.#lines.fill('', from, to).fill(draft.fill, from, from + 1);
    this.#lines[last] = closedAfter(this.#lines[last], draft.tail);
  }

  /** The first draft of a statement that parses with almost no content. */
  #firstThatHolds(parts: Parts, context: Context): Draft | undefined {
    for (const draft of draftsOf(this.#lines, parts)) {
      const filled = [...draft.skeleton, ...parts.interiors.map(({ from }): [number, string] => [from, draft.fill])];
      const text = filled.sort(([a], [b]) => a - b).map(([, line]) => line);
      if (this.#holds(`${text.join('\n')}\n${draft.tail}`, context)) return draft;
    }
    return undefined;
  }

  #lastOf({ from, to }: Lines): number {
    for (let at = to - 1; at > from; at--) if (!isBlank(this.#lines[at]!)) return at;
    return from;
  }
}

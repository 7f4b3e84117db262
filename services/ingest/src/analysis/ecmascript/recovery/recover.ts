import { withoutConflicts } from './conflict-markers.ts';
import { closedAfter, draftsOf, textAround, type Draft } from './drafts.ts';
import { groupsOf, isBlank, partsOf, type Lines, type Parts } from './line-groups.ts';

/** Characters that may be parsed in all, for each of the source: beyond, what does not parse is left out as a whole. */
const BUDGET = 12;
const [LEAST_BUDGET, MOST_BUDGET] = [50_000, 8_000_000];
/** What parsing a short text costs, in characters. */
const EACH = 300;

/** What stands around some lines, so that they can be parsed by themselves. */
interface Context {
  readonly before: string;
  readonly after: string;
}

/**
 * Of a text that does not parse the most that does, on the same lines: what is broken is found by halves among the statements, as indentation
 * divides them, and within the broken one among what it holds. A bracket that is missing is put where indentation says, what is
 * broken in itself is left out. A function of the text alone, in time proportional to its length at most.
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

  /** Mends groups that don't hold together. */
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

  /** The first way in which the skeleton of a statement parses, with next to nothing in it. */
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

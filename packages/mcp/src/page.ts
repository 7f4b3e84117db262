/** About how many characters a token of English and code has. */
const CHARS_PER_TOKEN = 4;

/** Kept free for the line that says what was left out. */
const RESERVE = 160;

/**
 * The lines of an answer, as many as fit. What does not fit is counted by section, so that the answer can say what was left out:
 * an agent must know that it has not seen everything.
 */
export class Page {
  readonly #lines: string[] = [];
  readonly #left = new Map<string, number>();
  #room: number;

  /** @param maxTokens about how long the answer may be */
  constructor(maxTokens: number) {
    this.#room = maxTokens * CHARS_PER_TOKEN - RESERVE;
  }

  /** A line that is always there. */
  line(text: string): this {
    this.#lines.push(text);
    this.#room -= text.length + 1;
    return this;
  }

  /**
   * A heading with lines below it, as far as they fit.
   * @param what the items in the plural, for the line that says what was left out
   * @param total how many there are, if the server told fewer
   */
  list(heading: string, what: string, items: readonly string[], total = items.length): this {
    if (total === 0) return this;
    if (heading !== '') this.line(heading);
    let shown = 0;
    for (const item of items) {
      if (item.length + 1 > this.#room) break;
      this.line(item);
      shown++;
    }
    if (shown < total) this.#left.set(what, (this.#left.get(what) ?? 0) + total - shown);
    return this;
  }

  toString(): string {
    if (this.#left.size === 0) return this.#lines.join('\n');
    const left = [...this.#left].map(([what, count]) => `${String(count)} ${what}`).join(', ');
    return [...this.#lines, `left out: ${left}. Narrow the question, raise limit or max_tokens.`].join('\n');
  }
}

/** One step of a pattern. `star`: any characters of one segment. `folders`: whole segments, each with its `/`. `rest`: anything at all. */
export type GlobStep =
  { readonly kind: 'one'; readonly accepts: (codePoint: number) => boolean } | { readonly kind: 'star' | 'folders' | 'rest' };

const SLASH = 47;
/** At most this many masks are cached. Real paths have few different characters, but a hostile path may have many. */
const MAX_MASKS = 512;

/**
 * Decides whether one of several patterns matches a text, in time proportional to the text's length times the patterns' length.
 *
 * It is a nondeterministic automaton whose states are bits, so that one step moves 32 states at once. The method is Shift-And: Baeza-Yates
 * and Gonnet, "A new approach to text searching", 1992. Loops follow Navarro and Raffinot, "Flexible Pattern Matching in Strings", 2002,
 * chapter 4. State n of a pattern means that its first n steps were matched. The patterns' states lie one after the other.
 */
export class GlobAutomaton {
  readonly #words: number;
  /** By state: whether a character leads to the next state; undefined if no character does. */
  readonly #moves: (((codePoint: number) => boolean) | undefined)[] = [];
  readonly #initial: Uint32Array;
  readonly #final: Uint32Array;
  /**
   * `#keptByAll`: states that any character keeps. `#keptInSegment`: states that any character except `/` keeps.
   * `#skippable`: when one of these states is entered, the next state is entered too.
   */
  readonly #keptByAll: Uint32Array;
  readonly #keptInSegment: Uint32Array;
  readonly #skippable: Uint32Array;
  readonly #masks = new Map<number, Uint32Array>();

  constructor(patterns: readonly (readonly GlobStep[])[]) {
    const [initial, final, keptByAll, keptInSegment, skippable]: number[][] = [[], [], [], [], []];
    for (const pattern of patterns) {
      initial!.push(this.#moves.length);
      if (pattern[0]?.kind === 'folders') initial!.push(this.#moves.length + 1);
      for (const step of pattern) {
        const state = this.#moves.length;
        if (step.kind === 'one') this.#moves.push(step.accepts);
        if (step.kind === 'folders') this.#moves.push((codePoint) => codePoint === SLASH);
        if (step.kind === 'folders' || step.kind === 'rest') keptByAll!.push(state);
        if (step.kind === 'folders') skippable!.push(state);
        if (step.kind === 'star') keptInSegment!.push(state);
      }
      final!.push(this.#moves.length);
      this.#moves.push(undefined);
    }
    this.#words = Math.ceil((this.#moves.length + 1) / 32);
    const bits = (states: number[] | undefined): Uint32Array => {
      const held = new Set(states);
      return this.#bits((state) => held.has(state));
    };
    [this.#initial, this.#final, this.#skippable] = [bits(initial), bits(final), bits(skippable)];
    [this.#keptByAll, this.#keptInSegment] = [bits(keptByAll), bits(keptInSegment)];
  }

  matches(text: string): boolean {
    const [words, keptByAll, keptInSegment, skippable] = [this.#words, this.#keptByAll, this.#keptInSegment, this.#skippable];
    const states = Uint32Array.from(this.#initial);
    for (let at = 0; at < text.length; at++) {
      const codePoint = text.codePointAt(at)!;
      if (codePoint > 0xffff) at++;
      const moving = this.#maskOf(codePoint);
      const inSegment = codePoint === SLASH ? 0 : -1;
      let [alive, carried, skipped] = [0, 0, 0];
      for (let i = 0; i < words; i++) {
        const before = states[i]!;
        const moved = before & moving[i]!;
        const entered = (moved << 1) | carried;
        const passing = entered & skippable[i]!;
        const kept = before & (keptByAll[i]! | (keptInSegment[i]! & inSegment));
        states[i] = entered | (passing << 1) | skipped | kept;
        alive |= states[i]!;
        [carried, skipped] = [moved >>> 31, passing >>> 31];
      }
      if (alive === 0) return false;
    }
    return states.some((word, i) => (word & this.#final[i]!) !== 0);
  }

  /** The states from which a character leads to the next state. */
  #maskOf(codePoint: number): Uint32Array {
    const known = this.#masks.get(codePoint);
    if (known !== undefined) return known;
    const mask = this.#bits((state) => this.#moves[state]?.(codePoint) === true);
    if (this.#masks.size < MAX_MASKS) this.#masks.set(codePoint, mask);
    return mask;
  }

  #bits(holds: (state: number) => boolean): Uint32Array {
    const words = new Uint32Array(this.#words);
    for (let state = 0; state < this.#moves.length; state++) if (holds(state)) words[state >>> 5]! |= 1 << (state & 31);
    return words;
  }
}

/** One deliberate fault of one line, as its author might have made it. */
export type Mutant = {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** The exact text to change; it is there once. */
  readonly find: string;
  readonly replace: string;
  /** Spec files, from the root, of which at least one spec has to fail; the fastest that proves the rule. */
  readonly noticedBy: readonly string[];
};

/** How often a text occurs in another. */
export function occurrences(text: string, find: string): number {
  return text.split(find).length - 1;
}

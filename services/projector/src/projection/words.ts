/** One word of a name, as a reader sees it: `getHTTPServer2Name` → get, HTTP, Server, 2, Name. */
const HUMP = /\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|\p{N}+|[^\p{L}\p{N}_\-.$#/:\s]+|[\p{Lo}\p{Lm}\p{Lt}]+/gu;

/** The words of a name, in lower case. */
export function humps(name: string): string[] {
  return (name.match(HUMP) ?? []).map((hump) => hump.toLowerCase());
}

/** The words of running text, in lower case. */
export function textWords(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? [];
}

/**
 * Whether a query is made of the beginnings of successive words, as people abbreviate camelCase:
 * `gun`, `getUsNa` and `usna` all mean `getUserName`.
 * @param query in lower case
 */
export function abbreviates(query: string, words: readonly string[]): boolean {
  // The lengths of the query's beginning that the words so far can make. The set holds all of them at once,
  // because trying them one after another takes exponential time if words repeat.
  let reached = new Set<number>();
  for (const word of words) {
    const next = new Set<number>();
    for (const at of reached.add(0)) {
      for (let taken = 0; taken < word.length && query[at + taken] === word[taken]; taken++) next.add(at + taken + 1);
    }
    if (next.has(query.length)) return true;
    reached = next;
  }
  return false;
}

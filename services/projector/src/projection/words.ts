/** `getHTTPServer2Name` → get, HTTP, Server, 2, Name: where a reader sees a new word begin. */
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
 * `gun`, `getUsNa` and `usna` all mean `getUserName`. The query is in lower case.
 */
export function abbreviates(query: string, words: readonly string[]): boolean {
  return words.some((_, first) => consumes(query, 0, words, first));
}

function consumes(query: string, at: number, words: readonly string[], index: number): boolean {
  if (at === query.length) return true;
  const word = words[index];
  if (word === undefined) return false;
  let common = 0;
  while (common < word.length && query[at + common] === word[common]) common++;
  for (let taken = common; taken > 0; taken--) if (consumes(query, at + taken, words, index + 1)) return true;
  return false;
}

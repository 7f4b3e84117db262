import { distanceBetween } from '@graphtail/runtime';
import type { Term } from '../projection/lexicon.ts';
import type { NameIndex } from '../projection/name-index.ts';

/** Names with the most trigrams in common with the given one; they are then compared letter by letter. */
const CONSIDERED = 40;
/** A name of which more than two fifths have to be changed is not similar. */
const SIMILAR = 0.6;

/** Names that differ from a text by a few letters, most similar first. */
export function similarNames(names: NameIndex, text: string): { readonly term: Term; readonly similarity: number }[] {
  const lower = text.toLowerCase();
  return names
    .alike(text, CONSIDERED)
    .map((term) => ({ term, similarity: 1 - distanceBetween(lower, term.lower) / Math.max(lower.length, term.lower.length) }))
    .filter(({ similarity }) => similarity >= SIMILAR)
    .sort((a, b) => b.similarity - a.similarity);
}

import type { NodeType } from '@graphtail/facts';
import type { LucideIconData } from '@lucide/angular';

/** Something that the finder leads to. */
export type Choice = {
  readonly id: string;
  readonly name: string;
  /** What tells it from others of the same name: a path, or what an action does. */
  readonly detail: string;
  readonly look: { readonly icon: LucideIconData } | { readonly type: NodeType };
  readonly go: () => void;
};

/** The choices whose name has every word of the text; those that begin with it come first. */
export function matching(choices: readonly Choice[], text: string): Choice[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = ({ name }: Choice): number => (words[0] !== undefined && name.toLowerCase().startsWith(words[0]) ? 0 : 1);
  return choices.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word))).sort((a, b) => begins(a) - begins(b));
}

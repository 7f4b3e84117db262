import { hasPath } from '../../extraction/http-calls.ts';
import type { ExprNumber } from '../../extraction/numbers.ts';
import type { Reader } from './reader.ts';
import type { Syntax } from './syntax.ts';

/** Matches texts with spaces and backslashes only inside a parameter: `/items/{id: \\d+}` */
const KEPT = /^(?:[A-Z]{3,7} )?(?:[^\s\\{]|\{[^{}\n]{0,100}\}|\{(?![^{}\n]{0,100}\})){0,200}$/;

/** Whether a text may be a path, part of one, or a name. Other texts are of no use. */
export function kept(text: string): boolean {
  return KEPT.test(text);
}

/** @param like the expression with the type that texts have */
export function keptText(r: Reader, text: string, like: ExprNumber): ExprNumber | undefined {
  return kept(text) ? r.expr(['lit', text, like]) : like === r.any ? undefined : like;
}

/** Reads `base + "/items"`. For other operations, only the uses inside them are recorded. */
export function joined(r: Reader, node: Syntax, like: ExprNumber): ExprNumber | undefined {
  const parts = node.children.filter(({ kind }) => !kind.endsWith('comment')).map((child) => r.read(child));
  const isSum = node.tokens.includes('+') && parts.length === 2;
  return isSum && parts.some((part) => hasPath(r.model, part)) ? r.expr(['concat', like, ...parts]) : undefined;
}

import { hasPath } from '../http-calls.ts';
import type { Reader } from './reader.ts';
import type { Syntax } from './syntax.ts';

/** Spaces and backslashes only in a parameter: `/items/{id: \\d+}` */
const KEPT = /^(?:[A-Z]{3,7} )?(?:[^\s\\{]|\{[^{}\n]{0,100}\}|\{(?![^{}\n]{0,100}\})){0,200}$/;

/** A text that may be a path, a part of one, or the name of something: others are of no use. */
export function kept(text: string): boolean {
  return KEPT.test(text);
}

/** @param like what gives the type that texts have */
export function keptText(r: Reader, text: string, like: number): number | undefined {
  return kept(text) ? r.expr(['lit', text, like]) : like === r.any ? undefined : like;
}

/** `base + "/items"`; of any other operation only what is used in it counts. */
export function joined(r: Reader, node: Syntax, like: number): number | undefined {
  const parts = node.children.filter(({ kind }) => !kind.endsWith('comment')).map((child) => r.read(child));
  const isSum = node.tokens.includes('+') && parts.length === 2;
  return isSum && parts.some((part) => hasPath(r.model, part)) ? r.expr(['concat', like, ...parts]) : undefined;
}

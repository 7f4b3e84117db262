import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const SPECS = ['{packages,services,cli,scripts,tests}/**/*.spec.ts', 'dashboard/src/**/*.spec.ts'];

/** The first argument of a spec or a suite, and what its brackets hold. */
const TITLE = /\b(?:it|describe)\(\s*(?:'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`|"((?:\\.|[^"\\])*)")/g;
const CITATION = /\[([A-Z]\d+[a-z]?)\]/g;

/** The ids of the rules of docs/PROTOCOL.md, in its order. */
export function protocolRules(text = readFileSync(join(ROOT, 'docs/PROTOCOL.md'), 'utf8')): string[] {
  return Array.from(text.matchAll(/^ *- \*\*([A-Z]\d+[a-z]?)\*\* /gm), ([, id]) => id!);
}

/** The ids that titles of specs and suites name in brackets. */
export function citationsIn(source: string): string[] {
  return Array.from(source.matchAll(TITLE), ([, ...quoted]) => quoted.join('')).flatMap((title) =>
    Array.from(title.matchAll(CITATION), ([, id]) => id!),
  );
}

/** Which spec files cite a rule, by its id; of all spec files. */
export function citations(): Map<string, string[]> {
  const exclude = ['**/node_modules/**', '**/cited-rules.spec.ts'];
  const files = SPECS.flatMap((pattern) => globSync(pattern, { cwd: ROOT, exclude }));
  const found = new Map<string, string[]>();
  for (const file of files) {
    for (const id of new Set(citationsIn(readFileSync(join(ROOT, file), 'utf8')))) found.set(id, [...(found.get(id) ?? []), file]);
  }
  return found;
}

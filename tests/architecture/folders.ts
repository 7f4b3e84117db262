import { target, type SourceImports } from './imports.ts';
import { isSpec } from './rules.ts';

const ANALYSIS = 'packages/analysis/src/';

/**
 * The folders of packages/analysis, and what each may import besides itself. `*` stands for any one folder: a language's reader may not
 * import another language's. A file in several of these folders belongs to the longest.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'extraction/': [],
  'languages/': ['extraction/'],
  'languages/*/': ['extraction/', 'languages/language-plugin.ts', 'languages/tree-sitter/'],
  'files/': ['extraction/', 'languages/'],
  'resolution/modules/': ['extraction/'],
  'resolution/declarations/': [],
  // The declarations of the languages' own types are TypeScript, so the reader of TypeScript reads them.
  'resolution/program/': ['extraction/', 'resolution/declarations/', 'languages/ecmascript/plugin.ts'],
  'resolution/types/': ['extraction/', 'resolution/program/'],
  'resolution/relationships/': ['extraction/', 'resolution/program/', 'resolution/types/'],
  'seams/': ['extraction/', 'resolution/program/', 'resolution/types/', 'resolution/relationships/'],
  'overriding/': ['extraction/', 'resolution/program/', 'resolution/types/', 'resolution/relationships/'],
  'linker/': ['extraction/', 'resolution/', 'seams/', 'overriding/'],
  'threads/': ['extraction/', 'files/', 'languages/', 'linker/'],
};

/** The folder of `MAY_IMPORT` that a file is in, and what it may import; undefined for the index. */
function ruleOf(path: string): { readonly folder: string; readonly may: readonly string[] } | undefined {
  const folders = Object.entries(MAY_IMPORT).flatMap(([pattern, may]) => {
    const folder = new RegExp(`^${pattern.replace('*', '[^/]+')}`).exec(path)?.[0];
    return folder === undefined ? [] : [{ folder, may }];
  });
  return folders.sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** The imports of a source file of packages/analysis that point against the order of its folders, one line each. */
export function folderViolations({ file, specifiers }: SourceImports): string[] {
  if (!file.startsWith(ANALYSIS) || isSpec(file)) return [];
  const path = file.slice(ANALYSIS.length);
  const rule = ruleOf(path);
  if (rule === undefined) return path === 'index.ts' ? [] : [`${file} is in no folder that has a rule`];
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => target(file, specifier))
    .filter((to) => ![rule.folder, ...rule.may].some((allowed) => to.startsWith(ANALYSIS + allowed)))
    .map((to) => `${file} imports ${to}: ${rule.folder} may not`);
}

/** The imports that reach into packages/analysis from outside, past its index. Specs may also use what its own specs share. */
export function intrusions({ file, specifiers }: SourceImports): string[] {
  if (file.startsWith(ANALYSIS)) return [];
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => target(file, specifier))
    .filter((to) => to.startsWith('packages/analysis/') && !to.startsWith(`${ANALYSIS}testing/`))
    .map((to) => `${file} imports ${to}, not @graphtail/analysis`);
}

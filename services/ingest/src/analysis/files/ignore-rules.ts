import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Both have gitignore's syntax and hold for their folder and what is below it; .graphignore has the last word. */
export const IGNORE_FILES: readonly string[] = ['.gitignore', '.graphignore'];

/** Never source, whatever the ignore files say. */
const NEVER: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.svn', 'bower_components', '.graphtail']);

/** Files that editors and tools make for a moment beside a source, under a name that ends like one: Emacs's locks, flycheck, Vite, bundle-require. */
const TEMPORARY = /^(?:\.#|flycheck_)|\.timestamp-\d+(?:-[0-9a-f]+)?\.mjs$|\.bundled_\w+\.[cm]?js$/;

interface FolderRules {
  readonly folder: string;
  readonly rules: Ignore;
}

/**
 * Which paths under a root are ignored. Rules start at the root: what lies above it does not count. A folder's
 * ignore files are read when it is first asked about; forget() makes a changed one be read again.
 */
export class IgnoreRules {
  readonly #root: string;
  readonly #byFolder = new Map<string, readonly FolderRules[]>();

  constructor(root: string) {
    this.#root = root;
  }

  /** @param path relative to the root, with `/`. Its folders are judged too: nothing below an ignored one comes back. */
  ignores(path: string, isFolder: boolean): boolean {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      if (this.ignoresEntry(path.slice(0, slash), true)) return true;
    }
    return this.ignoresEntry(path, isFolder);
  }

  /** As `ignores`, where the folder of `path` is known not to be ignored. */
  ignoresEntry(path: string, isFolder: boolean): boolean {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (isFolder ? NEVER.has(name) : TEMPORARY.test(name)) return true;
    const chain = this.#chain(slash === -1 ? '' : path.slice(0, slash));
    for (let i = chain.length - 1; i >= 0; i--) {
      const { folder, rules } = chain[i]!;
      const relative = folder === '' ? path : path.slice(folder.length + 1);
      const verdict = rules.test(isFolder ? `${relative}/` : relative);
      if (verdict.ignored) return true;
      if (verdict.unignored) return false;
    }
    return false;
  }

  /** Ignore files may have changed. */
  forget(): void {
    this.#byFolder.clear();
  }

  /** What is in a folder is known, and so whether it has ignore files: most have none, and to ask for them costs more than all else. */
  enter(folder: string, entries: readonly { readonly name: string }[]): void {
    this.#read(
      folder,
      IGNORE_FILES.filter((wanted) => entries.some(({ name }) => name === wanted)),
    );
  }

  #chain(folder: string): readonly FolderRules[] {
    return this.#byFolder.get(folder) ?? this.#read(folder, IGNORE_FILES);
  }

  #read(folder: string, names: readonly string[]): readonly FolderRules[] {
    const slash = folder.lastIndexOf('/');
    const above = folder === '' ? [] : this.#chain(slash === -1 ? '' : folder.slice(0, slash));
    const text = names.map((name) => readText(join(this.#root, folder, name))).join('\n');
    const chain = text.trim() === '' ? above : [...above, { folder, rules: ignore().add(text) }];
    this.#byFolder.set(folder, chain);
    return chain;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

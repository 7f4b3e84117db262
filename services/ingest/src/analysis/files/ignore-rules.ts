import { IgnorePatterns } from './ignore-patterns.ts';
import { readText } from './regular-file.ts';

/** Both have gitignore's syntax and hold for their folder and what is below it; .graphignore has the last word. */
export const IGNORE_FILES: readonly string[] = ['.gitignore', '.graphignore'];

/** Never source, whatever the ignore files say. */
const NEVER: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.svn', 'bower_components', '.graphtail']);

/** Files that editors and tools make for a moment beside a source, under a name that ends like one: Emacs's locks, flycheck, Vite, bundle-require. */
const TEMPORARY = /^(?:\.#|flycheck_)|\.timestamp-\d+(?:-[0-9a-f]+)?\.mjs$|\.bundled_\w+\.[cm]?js$/;

/** Bounds of what ignore files may cost: the size of one, and the patterns that hold for one folder, of the files above it too. */
const MAX_BYTES = 256 * 1024;
const MAX_PATTERNS = 5_000;

interface FolderRules {
  readonly folder: string;
  /** Of its ignore files, the one with the last word first. */
  readonly files: readonly IgnorePatterns[];
}

/** An ignore file that counts in part or not at all. */
export interface IgnoreTrouble {
  readonly path: string;
  readonly reason: string;
}

/**
 * Which paths under a root are ignored. Rules start at the root: what lies above it does not count. A folder's
 * ignore files are read when it is first asked about; forget() makes a changed one be read again. As git does, no link is followed in an ignore file's place.
 */
export class IgnoreRules {
  readonly #root: string;
  readonly #byFolder = new Map<string, readonly FolderRules[]>();
  readonly troubles: IgnoreTrouble[] = [];

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
      const { folder, files } = chain[i]!;
      const relative = folder === '' ? path : path.slice(folder.length + 1);
      for (const file of files) {
        const verdict = file.verdictOf(relative, isFolder);
        if (verdict !== undefined) return verdict === 'ignored';
      }
    }
    return false;
  }

  /** Ignore files may have changed. */
  forget(): void {
    this.#byFolder.clear();
    this.troubles.length = 0;
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
    let left = MAX_PATTERNS - above.reduce((sum, each) => sum + each.files.reduce((count, file) => count + file.count, 0), 0);
    const files: IgnorePatterns[] = [];
    for (const name of names) {
      const patterns = this.#patternsOf(folder === '' ? name : `${folder}/${name}`, left);
      if (patterns === undefined) continue;
      left -= patterns.count;
      files.unshift(patterns);
    }
    const chain = files.length === 0 ? above : [...above, { folder, files }];
    this.#byFolder.set(folder, chain);
    return chain;
  }

  #patternsOf(path: string, limit: number): IgnorePatterns | undefined {
    let text: string;
    try {
      text = readText(this.#root, path, MAX_BYTES);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.troubles.push({ path, reason: code ?? message });
      return undefined;
    }
    const patterns = new IgnorePatterns(text, limit);
    if (patterns.unusable > 0)
      this.troubles.push({ path, reason: `${String(patterns.unusable)} patterns that are too many, too long or not supported` });
    return patterns.count === 0 ? undefined : patterns;
  }
}

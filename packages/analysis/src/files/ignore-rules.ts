import { IgnorePatterns } from './ignore-patterns.ts';
import { readText } from './regular-file.ts';

/** Both have gitignore's syntax and apply to their folder and everything below it. .graphignore overrides .gitignore. */
const IGNORE_FILES: readonly string[] = ['.gitignore', '.graphignore'];
/** At the root, its `ignore` is a list of patterns of the same syntax, which override those of the root's ignore files. */
const SETTINGS_FILE = 'graphtail.config.json';

/** Whether what is ignored may depend on the file at this path. */
export function isIgnoreFile(path: string): boolean {
  return path === SETTINGS_FILE || IGNORE_FILES.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** The names of a folder's files that may say what is ignored. Each overrides those before it. */
function ignoreFilesOf(folder: string): readonly string[] {
  return folder === '' ? [...IGNORE_FILES, SETTINGS_FILE] : IGNORE_FILES;
}

/** Folders that are never source, whatever the ignore files say. */
const NEVER: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.svn', 'bower_components', '.graphtail']);

/** Short-lived files of editors and tools, with a source file's extension: Emacs's locks, flycheck, Vite, bundle-require. */
const TEMPORARY = /^(?:\.#|flycheck_)|\.timestamp-\d+(?:-[0-9a-f]+)?\.mjs$|\.bundled_\w+\.[cm]?js$/;

/** Bounds of the cost of ignore files: the bytes of one, and the patterns that apply to one folder, including those of folders above. */
const MAX_BYTES = 256 * 1024;
const MAX_PATTERNS = 5_000;

interface FolderRules {
  readonly folder: string;
  /** The folder's ignore files; the one that overrides the others is first. */
  readonly files: readonly IgnorePatterns[];
}

/** An ignore file that applies only in part or not at all. */
export interface IgnoreTrouble {
  readonly path: string;
  readonly reason: string;
}

/**
 * Which paths under a root are ignored. Ignore files above the root do not count. A folder's ignore files are read when the
 * folder is first needed; after forget(), they are read again. Like in git, an ignore file that is a symbolic link is not followed.
 */
export class IgnoreRules {
  readonly #root: string;
  readonly #byFolder = new Map<string, readonly FolderRules[]>();
  readonly troubles: IgnoreTrouble[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** @param path relative to the root, with `/`. Its folders are judged too: no pattern can re-include a path below an ignored one. */
  ignores(path: string, isFolder: boolean): boolean {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      if (this.ignoresEntry(path.slice(0, slash), true)) return true;
    }
    return this.ignoresEntry(path, isFolder);
  }

  /** Like `ignores`, for a path whose folder is known not to be ignored. */
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

  /** Forgets all ignore files, because they may have changed. */
  forget(): void {
    this.#byFolder.clear();
    this.troubles.length = 0;
  }

  /**
   * The caller knows the entries of a folder, and so whether it has ignore files. Most folders have none, and trying to open them
   * costs more than everything else.
   */
  enter(folder: string, entries: readonly { readonly name: string }[]): void {
    this.#read(
      folder,
      ignoreFilesOf(folder).filter((wanted) => entries.some(({ name }) => name === wanted)),
    );
  }

  #chain(folder: string): readonly FolderRules[] {
    return this.#byFolder.get(folder) ?? this.#read(folder, ignoreFilesOf(folder));
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
      if (path === SETTINGS_FILE) text = patternsIn(text);
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

/** The patterns of a settings file, one a line. @throws {Error} if they can't be read from it */
function patternsIn(settings: string): string {
  const { ignore = [] } = JSON.parse(settings) as { ignore?: unknown };
  if (!Array.isArray(ignore) || !ignore.every((pattern) => typeof pattern === 'string'))
    throw new TypeError('`ignore` is no list of patterns');
  return ignore.join('\n');
}

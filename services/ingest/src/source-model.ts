import { SKIPPED } from '@graphtail/facts';
import {
  FileRules,
  discoverFiles,
  type AnalysisThreads,
  type DiscoveredFile,
  type ExtractedFile,
  type FileOutput,
  type ParserPool,
  type RemoteLinker,
  type SkippedPath,
} from './analysis/index.ts';
import type { Difference } from './diff.ts';
import type { IngestMetrics } from './metrics.ts';

/** Files that are done, of those that are looked at, and the last one's path. */
export type OnParsed = (filesDone: number, filesTotal: number, path: string) => void;

type Files = AsyncGenerator<readonly [path: string, output: FileOutput], void, void>;

/**
 * What the source under a root says now: every file's nodes and relationships, kept in step file by file. `read` and `reread` look at files; what follows from
 * that is linked and handed over by the others.
 */
export class SourceModel {
  readonly #root: string;
  readonly #pool: ParserPool;
  readonly #linker: RemoteLinker;
  readonly #metrics: IngestMetrics;
  readonly #rules: FileRules;
  /** Content hash of what the linker has, by path. */
  #extracted = new Map<string, string>();
  /** What each file looked like when it was last read. */
  #stamps = new Map<string, string>();
  #failed = new Set<string>();
  #leftOut: readonly SkippedPath[] = [];

  constructor(root: string, threads: AnalysisThreads, metrics: IngestMetrics) {
    this.#root = root;
    this.#pool = threads.parsers;
    this.#linker = threads.newLinker();
    this.#metrics = metrics;
    this.#rules = new FileRules(root);
  }

  get fileCount(): number {
    return this.#extracted.size;
  }

  /** Files of which something could not be read or parsed; those that are skipped by rule are not among them. */
  get failedCount(): number {
    return this.#failed.size;
  }

  /** What was left out of the last discovery for what it is rather than by the user's rules. */
  get leftOut(): readonly SkippedPath[] {
    return this.#leftOut;
  }

  /** Whether more than this path may have changed: it decides which files count, or is a folder. */
  concernsOthers(path: string): boolean {
    return this.#rules.decidesOthers(path) || this.#rules.isFolder(path);
  }

  async discover(signal: AbortSignal): Promise<DiscoveredFile[]> {
    this.#rules.refresh();
    const { files, skipped } = await discoverFiles(this.#root, { signal });
    this.#leftOut = skipped;
    return this.#rules.withExtended(files);
  }

  /** Whether any of what was discovered was written to, came or went since it was last read. */
  isOutdated(files: readonly DiscoveredFile[]): boolean {
    return files.length !== this.#stamps.size || files.some(({ path, stamp }) => this.#stamps.get(path) !== stamp);
  }

  /**
   * Looks at every file that was discovered, and reads those that were written to. `force`: what is known of them is forgotten first, and each is parsed again.
   * Rejects with the signal's reason when aborted; then the model is as it was, or newer in part.
   */
  async read(
    files: readonly DiscoveredFile[],
    { force }: { force: boolean },
    signal: AbortSignal,
    onParsed: OnParsed = () => undefined,
  ): Promise<void> {
    if (force || this.#linker.isLost) this.#forget();
    const present = new Set(files.map((file) => file.path));
    for (const path of this.#extracted.keys()) if (!present.has(path)) this.#remove(path);
    const written = files.filter(({ path, stamp }) => this.#stamps.get(path) !== stamp);
    let done = files.length - written.length;
    await this.#extract(written, force, signal, (file) => onParsed(++done, files.length, file.path));
  }

  /**
   * Looks at these paths again, files or folders, gone or there.
   * @throws where what was read before is lost, and everything has to be read again
   */
  async reread(paths: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    if (this.#linker.isLost) throw new Error('what was read before is lost');
    const files: DiscoveredFile[] = [];
    for (const path of paths) {
      const file = this.#rules.fileAt(path);
      if (file === undefined) this.#removeBelow(path);
      else files.push(file);
    }
    await this.#extract(files, false, signal, () => undefined);
  }

  /** Links what hangs on what was read. Gives back of how many files something may have changed since they were last handed over. */
  async link(signal: AbortSignal, onLinked: (filesDone: number) => void = () => undefined): Promise<number> {
    const steps = this.#linker.link('nothing', signal, onLinked);
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return step.value;
    }
  }

  /** What is said now by every file of which something may have changed since it was last handed over. */
  async touched(signal: AbortSignal): Promise<Difference> {
    return new Map(await Array.fromAsync(this.#linker.link('touched', signal)));
  }

  /** Every file and what it says, as soon as it is known: a file with routes or seams may come twice, first without those. */
  async *all(signal: AbortSignal): Files {
    yield* this.#linker.link('all', signal);
  }

  /** Nothing more is asked of it. */
  close(): void {
    this.#linker.close();
  }

  async #extract(
    files: readonly DiscoveredFile[],
    anew: boolean,
    signal: AbortSignal,
    onDone: (file: ExtractedFile) => void,
  ): Promise<void> {
    const wanted = files.map(({ path, size }) => ({ root: this.#root, path, size, anew }));
    const found = new Map(files.map((file) => [file.path, file]));
    await this.#pool.extract(
      wanted,
      (file) => {
        const taken = this.#take(file, found.get(file.path)!);
        onDone(file);
        return taken;
      },
      signal,
    );
  }

  #take({ path, extraction, cached, milliseconds }: ExtractedFile, { language, stamp }: DiscoveredFile): Promise<void> | undefined {
    if (extraction === undefined) {
      this.#remove(path);
      return undefined;
    }
    this.#stamps.set(path, stamp);
    const trouble = extraction.parseError;
    const skipped = trouble?.startsWith(SKIPPED) === true;
    const failed = trouble !== undefined && !skipped;
    if (failed) this.#failed.add(path);
    else this.#failed.delete(path);
    this.#metrics.files.inc({ result: skipped ? 'skipped' : failed ? 'failed' : cached ? 'cached' : 'parsed' });
    if (!cached) this.#metrics.parse.observeMs(milliseconds, { language });
    if (this.#extracted.get(path) === extraction.contentHash) return undefined;
    this.#extracted.set(path, extraction.contentHash);
    return this.#linker.set(path, extraction.json);
  }

  #remove(path: string): void {
    this.#stamps.delete(path);
    if (!this.#extracted.delete(path)) return;
    this.#failed.delete(path);
    this.#linker.delete(path);
  }

  #removeBelow(path: string): void {
    this.#remove(path);
    for (const known of this.#extracted.keys()) if (known.startsWith(`${path}/`)) this.#remove(known);
  }

  #forget(): void {
    this.#linker.forget();
    this.#extracted = new Map();
    this.#stamps = new Map();
    this.#failed = new Set();
  }
}

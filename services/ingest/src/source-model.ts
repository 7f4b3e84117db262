import {
  FileRules,
  discoverFiles,
  type AnalysisThreads,
  type DiscoveredFile,
  type ExtractedFile,
  type FileOutput,
  type ParserPool,
  type RemoteLinker,
} from '@graphtail/analysis';
import type { Difference } from './difference/file-difference.ts';
import type { IngestMetrics } from './metrics.ts';
import { PassedOver } from './passed-over.ts';

/** Called with the number of files done, the number of all files, and the path of the file that was done last. */
export type OnParsed = (filesDone: number, filesTotal: number, path: string) => void;

type Files = AsyncGenerator<readonly [path: string, output: FileOutput], void, void>;

/**
 * The nodes and relationships of every source file under a root, updated file by file. `read` and `reread` read files. The other
 * methods link them and return the output.
 */
export class SourceModel {
  readonly passedOver = new PassedOver();
  readonly #root: string;
  readonly #pool: ParserPool;
  readonly #linker: RemoteLinker;
  readonly #metrics: IngestMetrics;
  readonly #rules: FileRules;
  /** By path: the content hash of the extraction that the linker has. */
  #extracted = new Map<string, string>();
  /** By path: the stamp of the file when it was last read. */
  #stamps = new Map<string, string>();
  #failed = new Set<string>();

  constructor(root: string, threads: AnalysisThreads, metrics: IngestMetrics) {
    this.#root = root;
    this.#pool = threads.parsers;
    this.#linker = threads.newLinker(root);
    this.#metrics = metrics;
    this.#rules = new FileRules(root);
  }

  get fileCount(): number {
    return this.#extracted.size;
  }

  /** Files that could not be read or fully parsed, without files that are skipped by rule. */
  get failedCount(): number {
    return this.#failed.size;
  }

  /** Whether a change of this path may concern other files: it decides which files count, or it is a folder. */
  concernsOthers(path: string): boolean {
    return this.#rules.decidesOthers(path) || this.#rules.isFolder(path);
  }

  async discover(signal: AbortSignal): Promise<DiscoveredFile[]> {
    this.#rules.refresh();
    const found = await discoverFiles(this.#root, { signal });
    this.passedOver.discovered(found);
    return this.#rules.withExtended(found.files);
  }

  /** How many files were written, added or removed since the last read. */
  outdated(files: readonly DiscoveredFile[]): number {
    const written = files.filter(({ path, stamp }) => this.#stamps.get(path) !== stamp);
    const added = written.filter(({ path }) => !this.#stamps.has(path)).length;
    return written.length + this.#stamps.size - (files.length - added);
  }

  /**
   * Updates the model to the discovered files, and reads the ones that were written since the last read. `force`: forgets all files
   * first and parses each again. Rejects with the signal's reason when aborted; then a part of the model may be newer.
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
   * Reads these paths again. They may be files or folders, and they may be gone.
   * @throws if the files that were read before are lost, so that the caller has to read everything again
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

  /**
   * Links the files that depend on what was read.
   * @returns how many files may have other output than when it was last returned
   */
  async link(signal: AbortSignal, onLinked: (filesDone: number) => void = () => undefined): Promise<number> {
    const steps = this.#linker.link('nothing', signal, onLinked);
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return step.value;
    }
  }

  /** The output of every file that may have other output than when it was last returned. */
  async touched(signal: AbortSignal): Promise<Difference> {
    return new Map(await Array.fromAsync(this.#linker.link('touched', signal)));
  }

  /** Every file with its output, as soon as it is known. A file with routes or seams may come twice, first without them. */
  async *all(signal: AbortSignal): Files {
    yield* this.#linker.link('all', signal);
  }

  /** Frees the linker. The caller must not use the model afterwards. */
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
    const skipped = this.passedOver.read(path, trouble);
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
    this.passedOver.removed(path);
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
    this.passedOver.forget();
  }
}

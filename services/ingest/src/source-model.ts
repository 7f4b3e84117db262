import { join } from 'node:path';
import { SKIPPED } from '@graphtail/facts';
import { Turn } from '@graphtail/runtime';
import { FileRules, Linker, discoverFiles, type DiscoveredFile, type ExtractedFile, type ParserPool } from './analysis/index.ts';
import type { Difference, FileOutput } from './diff.ts';
import type { IngestMetrics } from './metrics.ts';

export type ScanPhase = 'parsing' | 'resolving';
export type OnScanProgress = (phase: ScanPhase, filesDone: number, filesTotal: number, currentFile: string) => void;

/** What the source under a root says now: every file's nodes and relationships, kept in step file by file. */
export class SourceModel {
  readonly #root: string;
  readonly #pool: ParserPool;
  readonly #metrics: IngestMetrics;
  readonly #rules: FileRules;
  #linker = new Linker();
  #outputs = new Map<string, FileOutput>();
  /** Content hash of what the linker has, by path. */
  #extracted = new Map<string, string>();
  /** What each file looked like when it was last read. */
  #stamps = new Map<string, string>();
  #failed = new Set<string>();

  constructor(root: string, pool: ParserPool, metrics: IngestMetrics) {
    this.#root = root;
    this.#pool = pool;
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

  /** Whether more than this path may have changed: it decides which files count, or is a folder. */
  concernsOthers(path: string): boolean {
    return this.#rules.decidesOthers(path) || this.#rules.isFolder(path);
  }

  async discover(signal: AbortSignal): Promise<DiscoveredFile[]> {
    this.#rules.refresh();
    return (await discoverFiles(this.#root, { signal })).files;
  }

  /** Whether any of what was discovered was written to, came or went since it was last read. */
  isOutdated(files: readonly DiscoveredFile[]): boolean {
    return files.length !== this.#stamps.size || files.some(({ path, stamp }) => this.#stamps.get(path) !== stamp);
  }

  /**
   * Looks at every file that was discovered, and reads those that were written to. `force`: what is known of them is forgotten first, and each is parsed again.
   * Gives back what is said now by every file of which that changed.
   * Rejects with the signal's reason when aborted; then the model is as it was, or newer in part.
   */
  async scan(
    files: readonly DiscoveredFile[],
    { force }: { force: boolean },
    signal: AbortSignal,
    onProgress: OnScanProgress = () => undefined,
  ): Promise<Difference> {
    if (force) this.#forget();
    const present = new Set(files.map((file) => file.path));
    for (const path of this.#extracted.keys()) if (!present.has(path)) this.#remove(path);
    const written = files.filter(({ path, stamp }) => this.#stamps.get(path) !== stamp);
    let done = files.length - written.length;
    await this.#extract(written, force, signal, (file) => onProgress('parsing', ++done, files.length, file.path));
    return this.#link(signal, (done) => onProgress('resolving', done, files.length, ''));
  }

  /** Looks at these paths again, files or folders, gone or there. Gives back what is said now by every file that it changed. */
  async refresh(paths: ReadonlySet<string>, signal: AbortSignal): Promise<Difference> {
    const files: DiscoveredFile[] = [];
    for (const path of paths) {
      const file = this.#rules.fileAt(path);
      if (file === undefined) this.#removeBelow(path);
      else files.push(file);
    }
    await this.#extract(files, false, signal, () => undefined);
    return this.#link(signal);
  }

  /** Every file and what it says. */
  outputs(): Difference {
    return this.#outputs;
  }

  async #extract(
    files: readonly DiscoveredFile[],
    anew: boolean,
    signal: AbortSignal,
    onDone: (file: ExtractedFile) => void,
  ): Promise<void> {
    const wanted = files.map(({ path, size }) => ({ path, size, anew, absolutePath: join(this.#root, path) }));
    const found = new Map(files.map((file) => [file.path, file]));
    await this.#pool.extract(
      wanted,
      (file) => {
        this.#take(file, found.get(file.path)!);
        onDone(file);
      },
      signal,
    );
  }

  #take({ path, extraction, cached, milliseconds }: ExtractedFile, { language, stamp }: DiscoveredFile): void {
    if (extraction === undefined) {
      this.#remove(path);
      return;
    }
    this.#stamps.set(path, stamp);
    const trouble = extraction.kind === 'source' ? extraction.nodes[0]?.parse_error : undefined;
    const skipped = trouble?.startsWith(SKIPPED) === true;
    const failed = trouble !== undefined && !skipped;
    if (failed) this.#failed.add(path);
    else this.#failed.delete(path);
    this.#metrics.files.inc({ result: skipped ? 'skipped' : failed ? 'failed' : cached ? 'cached' : 'parsed' });
    if (!cached) this.#metrics.parse.observeMs(milliseconds, { language: extraction.kind === 'source' ? extraction.language : language });
    if (this.#extracted.get(path) === extraction.contentHash) return;
    this.#extracted.set(path, extraction.contentHash);
    this.#linker.set(path, extraction);
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
    this.#linker = new Linker();
    this.#outputs = new Map();
    this.#extracted = new Map();
    this.#stamps = new Map();
    this.#failed = new Set();
  }

  /** What it is broken off at is told when it is called again. */
  async #link(signal: AbortSignal, onProgress: (filesDone: number) => void = () => undefined): Promise<Difference> {
    const { files } = await new Turn().through(abortable(this.#linker.linkStepwise(), signal, onProgress));
    for (const [path, output] of files) {
      if (output === undefined) this.#outputs.delete(path);
      else this.#outputs.set(path, output);
    }
    return files;
  }
}

function* abortable<Result>(
  steps: Generator<number, Result, void>,
  signal: AbortSignal,
  onStep: (done: number) => void,
): Generator<void, Result, void> {
  for (;;) {
    signal.throwIfAborted();
    const step = steps.next();
    if (step.done === true) return step.value;
    onStep(step.value);
    yield;
  }
}

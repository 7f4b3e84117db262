import { parentPort, workerData } from 'node:worker_threads';
import type { Extraction } from '../../extraction/extraction.ts';
import type { LinkRecord } from '../../linker/link-record.ts';
import { Linker } from '../../linker/linker.ts';
import { Packer } from './packed-files.ts';
import type { LinkReply, LinkRequest, LinkWorkerData, SetRead, Telling } from './protocol.ts';
import { StoredRecords } from './stored-records.ts';

/** About how long a step takes. */
const STEP_MS = 10;

/** Records are written when nothing was linked for this long. */
const QUIET_MS = 3_000;
/** How long the thread writes records before it ends. */
const END_MS = 1_000;

/** A call under way. */
interface Call {
  readonly number: number;
  readonly steps: Generator<number, void, void>;
}

/** One linker, and the files whose output it has not sent yet. */
class Hosted {
  readonly #linker: Linker;
  readonly #records: StoredRecords | undefined;
  readonly #touched = new Set<string>();
  readonly #packer = new Packer();
  #call: Call | undefined;
  /** Number of the last call that ended. The steps that were requested ahead of its end come after it. */
  #ended = -1;

  /** @param recalls whether to begin with the stored records */
  constructor(records: StoredRecords | undefined, recalls: boolean) {
    this.#records = records;
    this.#linker = new Linker({ memory: recalls ? records : undefined });
  }

  /** What begins with nothing, and has the same place for records. */
  renewed(): Hosted {
    return new Hosted(this.#records, false);
  }

  /** Writes some records. @returns whether more wait */
  record(): boolean {
    if (this.#records === undefined) return false;
    const began = performance.now();
    const records: LinkRecord[] = [];
    let record: LinkRecord | undefined;
    while (performance.now() - began < STEP_MS && (record = this.#linker.nextRecord()) !== undefined) records.push(record);
    this.#records.put(records);
    return record !== undefined;
  }

  set(path: string, extraction: Extraction): void {
    this.#linker.set(path, extraction);
  }

  delete(path: string): void {
    this.#linker.delete(path);
  }

  step(number: number, telling: Telling): Pick<LinkReply, 'files' | 'done' | 'touched'> {
    if (number === this.#ended) return { files: this.#packer.take(), done: 0 };
    if (this.#call?.number !== number) this.#call = { number, steps: this.#run(telling) };
    const began = performance.now();
    let done = 0;
    for (;;) {
      const step = this.#call.steps.next();
      if (step.done === true) {
        this.#call = undefined;
        this.#ended = number;
        return { files: this.#packer.take(), done, touched: this.#touched.size };
      }
      done = step.value;
      if (performance.now() - began > STEP_MS) return { files: this.#packer.take(), done };
    }
  }

  *#run(telling: Telling): Generator<number, void, void> {
    const isEarly = telling === 'all' && !this.#linker.hasLinked;
    const linking = this.#linker.linkStepwise();
    let step = linking.next();
    for (; step.done !== true; step = linking.next()) {
      if (isEarly) for (const path of this.#linker.takeLinked()) this.#pack(path);
      yield step.value;
    }
    const { paths } = step.value;
    for (const path of paths) this.#touched.add(path);
    if (telling === 'touched') yield* this.#tell(this.#touched);
    else if (isEarly) yield* this.#tell(paths);
    else if (telling !== 'nothing') yield* this.#tell(this.#linker.paths());
    if (telling !== 'nothing') this.#touched.clear();
  }

  *#tell(paths: Iterable<string>): Generator<number, void, void> {
    let told = 0;
    for (const path of paths) {
      this.#pack(path);
      yield ++told;
    }
  }

  #pack(path: string): void {
    this.#packer.add(path, this.#linker.output(path));
  }
}

const { cacheDir } = workerData as LinkWorkerData;
const cache = cacheDir === undefined ? undefined : StoredRecords.fileIn(cacheDir);
// After a delay, so that the first files do not wait for the trimming.
setTimeout(() => cache?.trim(), 10_000).unref();
const linkers = new Map<number, Hosted>();

function linkerOf(number: number): Hosted {
  let linker = linkers.get(number);
  if (linker === undefined) linkers.set(number, (linker = new Hosted(undefined, false)));
  return linker;
}

function forget(number: number): void {
  const linker = linkers.get(number)?.renewed();
  if (linker !== undefined) linkers.set(number, linker);
}

function hosted(root: string): Hosted {
  return new Hosted(cache === undefined ? undefined : new StoredRecords(cache, root), true);
}

let quiet: NodeJS.Timeout | undefined;

function recordLater(): void {
  if (cache === undefined) return;
  if (quiet !== undefined) quiet.refresh();
  else quiet = setTimeout(recordSome, QUIET_MS);
}

/** Step by step, so that a message that arrives meanwhile does not wait for all of them. */
function recordSome(): void {
  quiet = undefined;
  if (linkers.values().some((linker) => linker.record())) setImmediate(recordSome);
}

function end(): void {
  const began = performance.now();
  while (performance.now() - began < END_MS && linkers.values().some((linker) => linker.record()));
  clearTimeout(quiet);
  parentPort?.close();
}

function answer({ linker, call, telling }: Extract<LinkRequest, { kind: 'step' }>): LinkReply {
  const reply = { kind: 'step', linker, call } as const;
  try {
    return { ...reply, ...linkerOf(linker).step(call, telling) };
  } catch (error) {
    forget(linker);
    return { ...reply, files: new Packer().take(), done: 0, error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (request: LinkRequest) => {
  if (request.kind === 'set') {
    linkerOf(request.linker).set(request.path, JSON.parse(request.json) as Extraction);
    parentPort?.postMessage({ kind: 'read', chars: request.json.length } satisfies SetRead);
  } else if (request.kind === 'delete') linkerOf(request.linker).delete(request.path);
  else if (request.kind === 'open') linkers.set(request.linker, hosted(request.root));
  else if (request.kind === 'end') end();
  else if (request.kind === 'forget') forget(request.linker);
  else if (request.kind === 'close') linkers.delete(request.linker);
  else {
    parentPort?.postMessage(answer(request));
    recordLater();
  }
});

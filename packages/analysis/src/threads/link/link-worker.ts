import { parentPort } from 'node:worker_threads';
import type { Extraction } from '../../extraction/extraction.ts';
import { Linker } from '../../linker/linker.ts';
import { Packer } from './packed-files.ts';
import type { LinkReply, LinkRequest, SetRead, Telling } from './protocol.ts';

/** About how long a step takes. */
const STEP_MS = 10;

/** A call under way. */
interface Call {
  readonly number: number;
  readonly steps: Generator<number, void, void>;
}

/** One linker, and the files whose output it has not sent yet. */
class Hosted {
  readonly #linker = new Linker();
  readonly #touched = new Set<string>();
  readonly #packer = new Packer();
  #call: Call | undefined;

  set(path: string, extraction: Extraction): void {
    this.#linker.set(path, extraction);
  }

  delete(path: string): void {
    this.#linker.delete(path);
  }

  step(number: number, telling: Telling): Pick<LinkReply, 'files' | 'done' | 'touched'> {
    if (this.#call?.number !== number) this.#call = { number, steps: this.#run(telling) };
    const began = performance.now();
    let done = 0;
    for (;;) {
      const step = this.#call.steps.next();
      if (step.done === true) {
        this.#call = undefined;
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

const linkers = new Map<number, Hosted>();

function linkerOf(number: number): Hosted {
  let linker = linkers.get(number);
  if (linker === undefined) linkers.set(number, (linker = new Hosted()));
  return linker;
}

function answer({ linker, call, telling }: Extract<LinkRequest, { kind: 'step' }>): LinkReply {
  const reply = { kind: 'step', linker, call } as const;
  try {
    return { ...reply, ...linkerOf(linker).step(call, telling) };
  } catch (error) {
    linkers.delete(linker);
    return { ...reply, files: new Packer().take(), done: 0, error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (request: LinkRequest) => {
  if (request.kind === 'set') {
    linkerOf(request.linker).set(request.path, JSON.parse(request.json) as Extraction);
    parentPort?.postMessage({ kind: 'read', chars: request.json.length } satisfies SetRead);
  } else if (request.kind === 'delete') linkerOf(request.linker).delete(request.path);
  else if (request.kind === 'forget') linkers.delete(request.linker);
  else parentPort?.postMessage(answer(request));
});

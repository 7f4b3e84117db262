import { join } from 'node:path';
import { stampOf, statOf } from './analysis/index.ts';

/** By then all that the system said at a time has been told of: the watcher collects it for half a second at most. */
const SETTLED_MS = 700;
/** Of more at a time nothing is remembered: what became of them is found when the root is looked through. */
const MAX_PATHS = 2_000;

/**
 * Looks again at paths that were told of. The watcher leaves out what was made and deleted within one of its batches; but whoever was told of a path, and looked, may have
 * seen it in between, and would believe it there for good.
 */
export class SecondLook {
  readonly #root: string;
  readonly #onOther: (paths: readonly string[]) => void;
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param onOther called with paths that no longer look as they did when they were told of: then they are to be told of again */
  constructor(root: string, onOther: (paths: readonly string[]) => void) {
    this.#root = root;
    this.#onOther = onOther;
  }

  /** These are told of now. */
  told(paths: ReadonlySet<string>): void {
    if (paths.size > MAX_PATHS) return;
    const before = new Map([...paths].map((path) => [path, this.#lookAt(path)]));
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const others = [...before].filter(([path, looked]) => this.#lookAt(path) !== looked).map(([path]) => path);
      if (others.length > 0) this.#onOther(others);
    }, SETTLED_MS);
    this.#timers.add(timer);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Of a folder only that it is there: what comes and goes in it is told of by itself. */
  #lookAt(path: string): string {
    const stat = statOf(join(this.#root, path));
    if (stat === undefined) return 'nothing';
    return stat.isDirectory() ? 'folder' : stampOf(stat);
  }
}

import { join } from 'node:path';
import { stampOf, statOf } from '@graphtail/analysis';

/** After this time, the watcher has reported all events of one moment: it collects them for at most half a second. */
const SETTLED_MS = 700;
/** If more paths are reported at once, there is no second look at them. The next look through the root finds their changes. */
const MAX_PATHS = 2_000;

/**
 * Looks again at reported paths. The watcher does not report a file that was made and deleted within one of its batches. A caller
 * that had the path reported before may have read the file in between, and would keep it for ever.
 */
export class SecondLook {
  readonly #root: string;
  readonly #onOther: (paths: readonly string[]) => void;
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param onOther called with paths that have changed since they were reported: the caller has to report them again */
  constructor(root: string, onOther: (paths: readonly string[]) => void) {
    this.#root = root;
    this.#onOther = onOther;
  }

  /** The caller reports these paths now. */
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

  /** What is at a path. For a folder, only that it exists: changes inside it are reported separately. */
  #lookAt(path: string): string {
    const stat = statOf(join(this.#root, path));
    if (stat === undefined) return 'nothing';
    return stat.isDirectory() ? 'folder' : stampOf(stat);
  }
}

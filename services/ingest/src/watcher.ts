import { relative, sep } from 'node:path';
import { subscribe, type AsyncSubscription } from '@parcel/watcher';
import { GitLock } from './git/git-lock.ts';
import { SecondLook } from './second-look.ts';
import { assertWatchable } from './watch-probe.ts';

/** A burst of saves ends after this time without a change. Its changes are reported together. */
export const DEBOUNCE_MS = 25;
/** A burst that does not end is reported after this time. */
const MAX_WAIT_MS = 250;
/** If more paths than this have changed, more will follow: the watcher holds fast events back for up to half a second. */
export const BULK_FILES = 50;
const BULK_QUIET_MS = 600;
const BULK_MAX_WAIT_MS = 5_000;
/** The root's path, relative to the root. */
const ROOT = '';

/** Never watched, whatever the ignore files say. */
const IGNORED = ['**/node_modules/**', '**/.git/**', '**/.graphtail/**'];

export type WatchRoot = (root: string, onChanged: (paths: ReadonlySet<string> | undefined) => void) => Promise<Watcher>;

export type Watcher = {
  /**
   * Ends the watch and begins a new one. Without this, folders that were made inside a new folder before it was watched are never
   * watched. Rejects if the system does not allow the new watch.
   */
  renew(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Reports changed paths below a root (relative, with `/`), one burst at a time. All changes of one git command are one burst.
 * `undefined`: the operating system lost events, or the root itself was moved, so anything may have changed.
 * @throws if the system can't watch that many folders, or can't watch this root
 */
export async function watchRoot(
  root: string,
  onChanged: (paths: ReadonlySet<string> | undefined) => void,
  subscribeTo: typeof subscribe = subscribe,
): Promise<Watcher> {
  let changed = new Set<string>();
  let firstAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    if (new GitLock(root).held) {
      timer = setTimeout(flush, DEBOUNCE_MS);
      return;
    }
    const paths = changed;
    changed = new Set();
    if (!paths.has(ROOT)) secondLook.told(paths);
    onChanged(paths.has(ROOT) ? undefined : paths);
  };
  const collect = (paths: Iterable<string>): void => {
    if (changed.size === 0) firstAt = performance.now();
    for (const path of paths) changed.add(path);
    clearTimeout(timer);
    const [quietMs, maxWaitMs] = changed.size > BULK_FILES ? [BULK_QUIET_MS, BULK_MAX_WAIT_MS] : [DEBOUNCE_MS, MAX_WAIT_MS];
    timer = setTimeout(flush, performance.now() - firstAt > maxWaitMs ? 0 : quietMs);
  };
  const secondLook = new SecondLook(root, collect);
  const subscribeHere = async (): Promise<AsyncSubscription> => {
    await assertWatchable(root);
    return subscribeTo(
      root,
      (error, events) => {
        if (error !== null) onChanged(undefined);
        else collect(events.map((event) => relative(root, event.path).split(sep).join('/')));
      },
      { ignore: IGNORED },
    );
  };
  let subscription: AsyncSubscription | undefined = await subscribeHere();
  const unsubscribe = async (): Promise<void> => {
    const before = subscription;
    subscription = undefined;
    await before?.unsubscribe();
  };
  return {
    async renew() {
      await unsubscribe();
      subscription = await subscribeHere();
    },
    async close() {
      clearTimeout(timer);
      secondLook.close();
      await unsubscribe();
    },
  };
}

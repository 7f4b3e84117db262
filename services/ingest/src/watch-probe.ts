import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const PROBE = `require('node:fs').watch(require('node:worker_threads').workerData).close()`;

/**
 * Rejects if the system allows no further watch. @parcel/watcher 2.6 blocks the event loop for ever if it gets no inotify instance (EMFILE).
 * A thread of our own asks for an instance first, because each thread's event loop has its own.
 */
export async function assertWatchable(root: string): Promise<void> {
  const worker = new Worker(PROBE, { eval: true, workerData: root });
  await once(worker, 'exit'); // rejects with the thread's error
}

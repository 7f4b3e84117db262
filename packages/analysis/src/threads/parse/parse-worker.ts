import { parentPort, workerData } from 'node:worker_threads';
import { CacheFile } from '../cache-file.ts';
import { EXTRACTIONS, extractFile } from './extract-file.ts';
import { LateWrites } from './late-writes.ts';
import type { WorkerData, WorkerRequest, WorkerReply } from './protocol.ts';

const { cacheDir, trims } = workerData as WorkerData;
const stored = cacheDir === undefined ? undefined : new CacheFile(cacheDir, EXTRACTIONS);
const cache = stored === undefined ? undefined : new LateWrites(stored);
// After a delay, so that the first files do not wait for the trimming.
if (trims) setTimeout(() => stored?.trim(), 10_000).unref();

parentPort?.on('message', ({ root, path, anew }: WorkerRequest) => {
  const started = performance.now();
  const extracted = extractFile(root, path, cache, anew);
  const reply: WorkerReply = { path, ...extracted, milliseconds: performance.now() - started };
  parentPort?.postMessage(reply);
});

import { parentPort, workerData } from 'node:worker_threads';
import { ExtractionCache } from './extraction-cache.ts';
import { extractFile } from './extract-file.ts';
import type { WorkerRequest, WorkerReply } from './worker-protocol.ts';

const { cacheDir } = workerData as { cacheDir: string | undefined };
const cache = cacheDir === undefined ? undefined : new ExtractionCache(cacheDir);

parentPort?.on('message', ({ path, absolutePath }: WorkerRequest) => {
  const started = performance.now();
  const extracted = extractFile(absolutePath, path, cache);
  const reply: WorkerReply = { path, ...extracted, milliseconds: performance.now() - started };
  parentPort?.postMessage(reply);
});

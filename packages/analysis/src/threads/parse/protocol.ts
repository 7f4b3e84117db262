import type { Extracted } from './extract-file.ts';

export interface WorkerData {
  readonly cacheDir: string | undefined;
  /** Whether this thread trims the cache to its bounds. */
  readonly trims: boolean;
}

export interface WorkerRequest {
  readonly root: string;
  readonly path: string;
  readonly anew: boolean;
}

export type WorkerReply = Extracted & { path: string; milliseconds: number };

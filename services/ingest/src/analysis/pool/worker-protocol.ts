import type { Extracted } from './extract-file.ts';

export interface WorkerRequest {
  readonly path: string;
  readonly absolutePath: string;
}

export type WorkerReply = Extracted & { path: string; milliseconds: number };

import { InjectionToken } from '@angular/core';
import { ApiError } from '@graphtail/client';
import type { Offset } from '@graphtail/facts';
import type { CodeColumns } from './code-columns.ts';

export type GraphRequest = {
  readonly origin: string;
  readonly graph: string;
  readonly at: Offset | undefined;
  readonly token: string | undefined;
};
export type GraphReply =
  | { readonly columns: CodeColumns }
  | { readonly failed: { readonly status: number; readonly message: string; readonly code: string | undefined } };

export type LoadGraph = (request: GraphRequest, signal: AbortSignal) => Promise<CodeColumns>;

/** Loads a whole graph. A worker reads the lines, so that the page goes on drawing. */
export const LOAD_GRAPH = new InjectionToken<LoadGraph>('LOAD_GRAPH', { factory: () => loadInWorker });

function loadInWorker(request: GraphRequest, signal: AbortSignal): Promise<CodeColumns> {
  const worker = new Worker(new URL('./load-graph.worker', import.meta.url), { type: 'module' });
  return new Promise<CodeColumns>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<GraphReply>) => {
      if ('columns' in data) resolve(data.columns);
      else reject(new ApiError(data.failed.status, data.failed.message));
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

import { ApiError, createApi } from '@graphtail/client';
import { config } from 'zod';
import { buffersOf, columnsOf } from './code-columns.ts';
import type { GraphReply, GraphRequest } from './load-graph.ts';

config({ jitless: true });

addEventListener('message', ({ data }: MessageEvent<GraphRequest>) => void answer(data));

async function answer({ origin, graph, at, token }: GraphRequest): Promise<void> {
  const reply = (message: GraphReply, transfer: Transferable[] = []): void => postMessage(message, { transfer });
  try {
    const columns = await columnsOf(createApi(origin, token).snapshotLines({ graph, at }));
    reply({ columns }, buffersOf(columns));
  } catch (error) {
    const known = error instanceof ApiError ? error : undefined;
    reply({ failed: { status: known?.status ?? 0, message: known?.message ?? String(error), code: known?.code } });
  }
}

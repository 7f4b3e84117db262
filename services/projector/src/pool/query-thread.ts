import { parentPort, workerData } from 'node:worker_threads';
import { connect } from '@graphtail/log';
import { Turn } from '@graphtail/runtime';
import { yieldToOthers } from './low-priority.ts';
import { CHUNKS_AHEAD, type FromThread, type Job, type ToThread } from './protocol.ts';
import { ThreadJobs, plainProblem } from './thread-jobs.ts';

const CHUNK_CHARACTERS = 128 * 1024;

type Active = { readonly dropped: AbortController; credit: number; room: (() => void) | undefined };

yieldToOthers();
const { redisUrl } = workerData as { redisUrl: string };
const jobs = new ThreadJobs(connect(redisUrl, { name: 'graphtail-projector-queries' }));
const active = new Map<number, Active>();
const encoder = new TextEncoder();

parentPort!.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'ask':
      void answer(message.id, message.job);
      return;
    case 'cancel':
      active.get(message.id)?.dropped.abort();
      active.get(message.id)?.room?.();
      return;
    case 'more': {
      const job = active.get(message.id);
      if (job === undefined) return;
      job.credit++;
      job.room?.();
      return;
    }
  }
});

function tell(message: FromThread, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}

async function answer(id: number, job: Job): Promise<void> {
  const mine: Active = { dropped: new AbortController(), credit: CHUNKS_AHEAD, room: undefined };
  active.set(id, mine);
  try {
    const { asOf, tag, parts } = await jobs.compute(job, mine.dropped.signal);
    tell({ kind: 'answering', id, asOf, tag });
    await send(id, parts, mine);
    tell({ kind: 'end', id });
  } catch (error) {
    const problem = plainProblem(error, job);
    if (problem !== undefined) tell({ kind: 'refused', id, problem });
    else tell({ kind: 'failed', id, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    active.delete(id);
  }
}

/** Joins small parts into larger chunks, and sends them no faster than the client reads. Between chunks, other jobs get a turn. */
async function send(id: number, parts: Iterable<string>, mine: Active): Promise<void> {
  const turn = new Turn();
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length < CHUNK_CHARACTERS) continue;
    await push(id, text, mine);
    text = '';
    await turn.shared();
  }
  if (text !== '') await push(id, text, mine);
}

async function push(id: number, text: string, mine: Active): Promise<void> {
  while (mine.credit === 0 && !mine.dropped.signal.aborted) {
    const { promise, resolve } = Promise.withResolvers<void>();
    mine.room = resolve;
    await promise;
  }
  mine.dropped.signal.throwIfAborted();
  mine.credit--;
  const bytes = encoder.encode(text);
  tell({ kind: 'chunk', id, bytes }, [bytes.buffer]);
}

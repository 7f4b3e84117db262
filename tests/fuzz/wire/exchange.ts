import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { AnswerReader, type Answer } from './answer.ts';
import { encodeRequest, type Places, type RawRequest } from './request.ts';

/** Pieces and pauses of a request that is sent slowly. */
const PIECES = 5;
const PAUSE_MS = 30;

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly ms: number }
  /** The connection ended without a whole answer. */
  | { readonly kind: 'closed'; readonly error: string | undefined; readonly ms: number }
  /** Nothing whole within the deadline. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Nobody listens. */
  | { readonly kind: 'unreachable'; readonly error: string };

/** Sends one request over a connection of its own; resolves with what became of it, within the deadline. Never rejects. */
export async function exchange(request: RawRequest, port: number, places: Places, deadlineMs: number): Promise<Outcome> {
  const began = performance.now();
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const passed = (): number => Math.round(performance.now() - began);
  const reader = new AnswerReader(request.method === 'HEAD');
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const late = setTimeout(() => resolve({ kind: 'late', ms: passed() }), deadlineMs);
  let failed: NodeJS.ErrnoException | undefined;
  socket.on('data', (bytes: Buffer) => {
    const answer = reader.take(bytes);
    if (answer !== undefined) resolve({ kind: 'answered', answer, ms: passed() });
  });
  socket.on('error', (error: NodeJS.ErrnoException) => (failed = error));
  socket.once('close', () => {
    const answer = reader.end();
    if (answer !== undefined) resolve({ kind: 'answered', answer, ms: passed() });
    else if (failed?.code === 'ECONNREFUSED') resolve({ kind: 'unreachable', error: failed.message });
    else resolve({ kind: 'closed', error: failed?.code, ms: passed() });
  });
  const { head, body } = encodeRequest(request, places);
  if (request.slowly === true) void sendSlowly(socket, Buffer.concat([head, body]));
  else {
    socket.write(head);
    socket.write(body);
  }
  const outcome = await promise;
  clearTimeout(late);
  socket.destroy();
  return outcome;
}

async function sendSlowly(socket: ReturnType<typeof connect>, bytes: Buffer): Promise<void> {
  const size = Math.ceil(bytes.length / PIECES);
  for (let at = 0; at < bytes.length && socket.writable; at += size) {
    socket.write(bytes.subarray(at, at + size));
    await wait(PAUSE_MS);
  }
}

import type { Socket } from 'node:net';
import { SocketProgress } from './socket-progress.ts';

const LOOKED_AT_EACH_MS = 5_000;

/** Destroys a socket when its peer has taken nothing of what is written to it for `withinMs`. The returned function stops the check. */
export function destroyIfStalled(socket: Socket, withinMs: () => number): () => void {
  const progress = new SocketProgress(socket);
  let movedAt = Date.now();
  const looking = setInterval(() => {
    if (progress.hasMoved()) movedAt = Date.now();
    else if (Date.now() - movedAt >= withinMs()) socket.destroy();
  }, LOOKED_AT_EACH_MS).unref();
  const stop = (): void => {
    socket.off('close', stop);
    clearInterval(looking);
  };
  socket.once('close', stop);
  return stop;
}

import type { Socket } from 'node:net';
import { SocketProgress } from './socket-progress.ts';

const LOOKED_AT_EACH_MS = 5_000;

type Watched = { readonly socket: Socket; readonly progress: SocketProgress; readonly withinMs: () => number; movedAt: number };

const watched = new Set<Watched>();
let looking: NodeJS.Timeout | undefined;

/** Destroys a socket when its peer has taken nothing of what is written to it for `withinMs`. The returned function stops the check. */
export function destroyIfStalled(socket: Socket, withinMs: () => number): () => void {
  const one: Watched = { socket, progress: new SocketProgress(socket), withinMs, movedAt: Date.now() };
  const stop = (): void => {
    socket.off('close', stop);
    watched.delete(one);
    if (watched.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  };
  socket.once('close', stop);
  watched.add(one);
  looking ??= setInterval(look, LOOKED_AT_EACH_MS).unref();
  return stop;
}

function look(): void {
  const now = Date.now();
  for (const one of watched) {
    if (one.progress.hasMoved()) one.movedAt = now;
    else if (now - one.movedAt >= one.withinMs()) one.socket.destroy();
  }
}

import type { Writable } from 'node:stream';

/** How long a peer may take to read the rest of an answer whose connection is ending. */
export const LET_GO_MS = 30_000;

/**
 * Destroys a socket or an answer that is not closed after `withinMs`. `end()` alone waits until the peer has read everything that is
 * buffered: a peer that stopped reading would hold the descriptor and the buffers forever.
 */
export function letGo(socket: Writable, withinMs = LET_GO_MS): void {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), withinMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

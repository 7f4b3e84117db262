import type { Socket } from 'node:net';

/**
 * Bytes of the write under way that the kernel has not taken. Node keeps it to itself (its own socket time-outs look
 * at it); without it a write of half a MiB to a slow peer would look like no progress until all of it is gone.
 */
function queuedByHandle(socket: Socket): number {
  return (socket as { _handle?: { writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0;
}

/** Whether a peer takes what is written to it. */
export class SocketProgress {
  readonly #socket: Socket;
  #buffered = 0;
  #queued = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Whether bytes have gone since the last call, or there are none to go. */
  hasMoved(): boolean {
    const buffered = this.#socket.writableLength;
    const queued = queuedByHandle(this.#socket);
    const moved = buffered === 0 || buffered < this.#buffered || queued !== this.#queued;
    this.#buffered = buffered;
    this.#queued = queued;
    return moved;
  }
}

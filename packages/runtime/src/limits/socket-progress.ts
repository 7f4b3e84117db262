import type { Socket } from 'node:net';

/**
 * Returns how many bytes of the present write the kernel has not taken yet. The field is internal to Node, whose own socket time-outs
 * use it. Without it a write of half a MiB to a slow peer would show no progress until all of it is sent.
 */
function queuedByHandle(socket: Socket): number {
  return (socket as { _handle?: { writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0;
}

/** Observes whether a peer takes what is written to it. */
export class SocketProgress {
  readonly #socket: Socket;
  #buffered = 0;
  #queued = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Whether bytes were sent since the last call, or none wait to be sent. */
  hasMoved(): boolean {
    const buffered = this.#socket.writableLength;
    const queued = queuedByHandle(this.#socket);
    const moved = buffered === 0 || buffered < this.#buffered || queued !== this.#queued;
    this.#buffered = buffered;
    this.#queued = queued;
    return moved;
  }
}

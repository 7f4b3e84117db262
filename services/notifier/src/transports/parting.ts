import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { destroyIfStalled, letGo } from '@graphtail/runtime';

/** For how long a peer that was told the end may leave it unread, ms. */
const STALLED_MS = 30_000;
/** The longest that reading it may take, ms; with the 60 s before it, that is the 120 s of the gateway. */
export const PARTING_MS = 60_000;

/**
 * Gives a peer the time to read why its subscription ends. What it has not read yet comes before that: a peer that stood still for 60 s and
 * then reads on has megabytes to read first. After that time the socket is destroyed, with what was not read.
 * @param answer of which the socket may be used again once it is taken
 */
export function part(socket: Socket, answer: Writable = socket): void {
  if (answer.destroyed) return;
  const stop = destroyIfStalled(socket, () => STALLED_MS);
  answer.once('close', stop);
  letGo(answer, PARTING_MS);
}

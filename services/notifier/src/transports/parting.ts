import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { destroyIfStalled, letGo } from '@graphtail/runtime';

/** How long a peer may read nothing after it was told the end, ms. */
const STALLED_MS = 30_000;
/** The longest time that reading the end may take, ms. With the 60 s before it, that makes the gateway's 120 s. */
export const PARTING_MS = 60_000;

/**
 * Gives a peer the time to read why its subscription ends. Unread bytes come before the reason: a peer that stood still for 60 s and then
 * reads on has megabytes to read first. After that time, the socket is destroyed, with the bytes that were not read.
 * @param answer an HTTP answer on the socket; once it is read, the socket may be used again
 */
export function part(socket: Socket, answer: Writable = socket): void {
  if (answer.destroyed) return;
  const stop = destroyIfStalled(socket, () => STALLED_MS);
  answer.once('close', stop);
  letGo(answer, PARTING_MS);
}

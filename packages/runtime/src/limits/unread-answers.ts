import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { destroyIfStalled } from './stalled.ts';

/** How long a peer may read nothing of an answer. */
const UNREAD_MS = 60_000;
/**
 * The same for an event stream. The notifier itself ends a stalled subscription after 60 s, and takes 30 s more to inform it. This is for
 * the case that that failed.
 */
const UNREAD_STREAM_MS = 120_000;

/** Ends an answer's connection if the peer does not read the answer. */
export function giveUpIfUnread(socket: Socket, response: ServerResponse): void {
  const isStream = (): boolean => String(response.getHeader('content-type')).startsWith('text/event-stream');
  const stop = destroyIfStalled(socket, () => (isStream() ? UNREAD_STREAM_MS : UNREAD_MS));
  response.once('close', stop);
}

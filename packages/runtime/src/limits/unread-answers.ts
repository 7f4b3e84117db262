import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { destroyIfStalled } from './stalled.ts';

/** For how long a peer may leave an answer where it is. */
const UNREAD_MS = 60_000;
/** The notifier judges its subscribers by itself after 60 s, and takes 30 s more to tell them; this is for when that did not help. */
const UNREAD_STREAM_MS = 120_000;

/** Ends the connection of an answer that is not read. */
export function giveUpIfUnread(socket: Socket, response: ServerResponse): void {
  const isStream = (): boolean => String(response.getHeader('content-type')).startsWith('text/event-stream');
  const stop = destroyIfStalled(socket, () => (isStream() ? UNREAD_STREAM_MS : UNREAD_MS));
  response.once('close', stop);
}

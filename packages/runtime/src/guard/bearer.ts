import type { IncomingMessage } from 'node:http';

const SCHEME = /^bearer +(\S+)$/i;

/**
 * Returns the token of a request. It is in `Authorization`, or it is the WebSocket subprotocol after `bearer`, because a browser can't set
 * headers for a WebSocket. {@link moveTokenToHeader} has moved a token in the query to the header.
 */
export function tokenOf({ headers }: IncomingMessage): string | undefined {
  const inHeader = SCHEME.exec(headers.authorization ?? '')?.[1];
  if (inHeader !== undefined) return inHeader;
  const [scheme, token] = (headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
  return scheme?.toLowerCase() === 'bearer' && token !== '' ? token : undefined;
}

/**
 * Removes `token` from a request's query, and puts it into `Authorization` unless the request has another token. After that the token is
 * in no address that is logged, shown in a problem or sent to another service.
 */
export function moveTokenToHeader(request: IncomingMessage & { originalUrl?: string }): void {
  const { url = '' } = request;
  const at = url.indexOf('?');
  if (at === -1 || !new URLSearchParams(url.slice(at)).has('token')) return;
  const parts = url.slice(at + 1).split('&');
  const isToken = (part: string): boolean => new URLSearchParams(part).has('token');
  const rest = parts.filter((part) => !isToken(part)).join('&');
  request.url = url.slice(0, at) + (rest === '' ? '' : `?${rest}`);
  if (request.originalUrl !== undefined) request.originalUrl = request.url;
  const token = new URLSearchParams(parts.find(isToken)).get('token') ?? '';
  if (token !== '' && tokenOf(request) === undefined) request.headers.authorization = `Bearer ${token}`;
}

import type { IncomingMessage } from 'node:http';

const SCHEME = /^bearer +(\S+)$/i;

/**
 * The token of a request: in `Authorization`, or the WebSocket subprotocol after `bearer`, since a browser can't set headers there.
 * One in the query was moved to the header by {@link moveTokenToHeader}.
 */
export function tokenOf({ headers }: IncomingMessage): string | undefined {
  const inHeader = SCHEME.exec(headers.authorization ?? '')?.[1];
  if (inHeader !== undefined) return inHeader;
  const [scheme, token] = (headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
  return scheme?.toLowerCase() === 'bearer' && token !== '' ? token : undefined;
}

/**
 * Takes `token` out of a request's query and puts it into `Authorization`, unless there is one. From here on no address holds it:
 * none that is logged, told in a problem or passed on to another service.
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

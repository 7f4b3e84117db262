import type { IncomingMessage } from 'node:http';
import { parseHost, type Host } from './host-name.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Whether a page of another origin made the browser send the request. Browsers report that in `Sec-Fetch-Site` and `Origin`, and pages
 * can't change these headers. Other clients send neither.
 * @param host the host that the request names
 */
export function isForeignPage({ headers }: IncomingMessage, host: Host): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && !isOriginOf(origin, host);
}

function isOriginOf(origin: string, { name, port }: Host): boolean {
  if (!URL.canParse(origin)) return false; // `null`: a sandboxed page, a file
  const url = new URL(origin);
  const usual = DEFAULT_PORTS[url.protocol];
  const own = parseHost(url.host);
  return usual !== undefined && own?.name === name && (own.port ?? usual) === (port ?? usual);
}

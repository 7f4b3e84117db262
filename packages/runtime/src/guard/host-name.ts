import { isIPv6 } from 'node:net';

/** RFC 9110, section 7.2: a name or an address, and an optional port. */
const HOST = /^(?<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?<port>\d{1,5}))?$/i;

/**
 * The host in a `Host` header or a setting. Its name is in the form for comparisons: lower case, no dot at the end, IPv6 without brackets.
 */
export type Host = { readonly name: string; readonly port: number | undefined };

/** Returns the host that a text names; undefined if the text is not a host. */
export function parseHost(text: string): Host | undefined {
  const { name, port } = HOST.exec(isIPv6(text) ? `[${withoutZone(text)}]` : text)?.groups ?? {};
  const canonical = name === undefined ? undefined : canonicalName(name);
  if (canonical === undefined || (port !== undefined && Number(port) > 65_535)) return undefined;
  return { name: canonical, port: port === undefined ? undefined : Number(port) };
}

function canonicalName(name: string): string | undefined {
  if (!name.startsWith('[')) return name.toLowerCase().replace(/\.$/, '') || undefined;
  const url = `http://${name}`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

/** Removes the interface from a link-local address such as `fe80::1%eth0`, because browsers send the address without it. */
function withoutZone(address: string): string {
  return address.split('%')[0]!;
}

/** Whether a name or an address always means this machine. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(name) || name === '::1';
}

/** Whether a server that listens on this address listens on all addresses of its machine. */
export function isWildcard(name: string): boolean {
  return name === '0.0.0.0' || name === '::';
}

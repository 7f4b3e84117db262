import { isIPv6 } from 'node:net';

/** RFC 9110, section 7.2: a name or an address, and perhaps a port. */
const HOST = /^(?<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?<port>\d{1,5}))?$/i;

/** The name in a `Host` header or a setting, in the one form that names are compared in: lower case, no dot at the end, IPv6 without brackets. */
export type Host = { readonly name: string; readonly port: number | undefined };

/** undefined if the text is no host. */
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

/** A link-local address may name its interface, `fe80::1%eth0`. Browsers send it without. */
function withoutZone(address: string): string {
  return address.split('%')[0]!;
}

/** Whether a name or an address leads to this machine only. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(name) || name === '::1';
}

/** Whether listening on an address means listening on all of this machine's. */
export function isWildcard(name: string): boolean {
  return name === '0.0.0.0' || name === '::';
}

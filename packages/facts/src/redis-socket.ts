const SCHEME = 'unix://';

/** The address of a Redis that listens on a Unix socket, e.g. `unix:///run/redis/redis.sock`. @param path absolute */
export function socketUrl(path: string): string {
  return SCHEME + path.split('/').map(encodeURIComponent).join('/');
}

/** The path of the socket that an address names; undefined for any other address. */
export function socketPathOf(url: string): string | undefined {
  if (!url.startsWith(`${SCHEME}/`)) return undefined;
  try {
    return decodeURIComponent(url.slice(SCHEME.length));
  } catch {
    return undefined; // a lone %
  }
}

/** Whether Graphtail can connect to an address: `redis://`, `rediss://` (TLS), or `unix://` with an absolute path. */
export function isRedisAddress(text: string): boolean {
  if (text.startsWith(SCHEME)) return socketPathOf(text) !== undefined;
  return URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol);
}

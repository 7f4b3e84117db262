/** Appends a path to a base address: `http://host/prefix` → `http://host/prefix/path`. */
export function addressOf(base: string, path: string, query?: URLSearchParams): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  url.search = query?.toString() ?? '';
  url.hash = '';
  return url.href;
}

export function socketAddress(base: string, path: string, query: URLSearchParams): string {
  return addressOf(base, path, query).replace(/^http/, 'ws');
}

/** Returns the address unchanged. @throws {TypeError} if it is not an http or https address */
export function requireHttp(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') throw new TypeError(`not an http(s) address: ${url}`);
  return url;
}

import type { IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { Problem } from '../problem.ts';
import { isLoopback, isWildcard, parseHost, type Host } from './host-name.ts';

/**
 * The names that this Graphtail is reached by. A page can make a name of its own lead to 127.0.0.1 (DNS rebinding), and would then
 * count as the same origin; the name in `Host` gives it away.
 */
export class Hosts {
  readonly #names: ReadonlySet<string>;
  readonly #ownAddresses: boolean;

  /** @param names where it listens, and further names; a wildcard address stands for all addresses of this machine */
  constructor(names: readonly string[]) {
    this.#names = new Set(names.map((name) => parseHost(name)?.name ?? name));
    this.#ownAddresses = [...this.#names].some(isWildcard);
  }

  /**
   * The host that a request names.
   * @throws {Problem} 400 if there is not exactly one, 403 `FORBIDDEN` if it is not one of ours
   */
  check(request: IncomingMessage): Host {
    const host = hostIn(request);
    for (const { name } of [host, ...absoluteTarget(request)]) {
      if (this.#has(name)) continue;
      throw new Problem(
        403,
        'FORBIDDEN',
        `${name} is not a name of this Graphtail. If it should be: --allow-host ${name}, or GRAPHTAIL_ALLOW_HOST.`,
      );
    }
    return host;
  }

  #has(name: string): boolean {
    return isLoopback(name) || this.#names.has(name) || (this.#ownAddresses && isOwnAddress(name));
  }
}

/** Looked up each time: addresses come and go with networks. */
function isOwnAddress(name: string): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => parseHost(address)?.name === name));
}

function hostIn({ rawHeaders }: IncomingMessage): Host {
  // Node keeps the first of several.
  const given = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'host');
  const host = given.length === 1 ? parseHost(given[0]!) : undefined;
  if (host === undefined) throw new Problem(400, 'BAD_REQUEST', 'Host: must be there once, as <name> or <name>:<port>', { field: 'Host' });
  return host;
}

/** RFC 9112, section 3.2.2: a request line may name the host as well. */
function absoluteTarget({ url = '/' }: IncomingMessage): Host[] {
  if (url.startsWith('/') || url === '*') return [];
  const host = URL.canParse(url) ? parseHost(new URL(url).host) : undefined;
  if (host === undefined) throw new Problem(400, 'BAD_REQUEST', 'The target of the request is malformed.');
  return [host];
}

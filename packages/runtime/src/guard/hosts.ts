import type { IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { Problem } from '../problem.ts';
import { isLoopback, isWildcard, parseHost, type Host } from './host-name.ts';

/**
 * The names under which this Graphtail is reached. A page can make its own name lead to 127.0.0.1 (DNS rebinding), and would then count as
 * the same origin. But the name in `Host` shows that.
 */
export class Hosts {
  readonly #names: ReadonlySet<string>;
  readonly #ownAddresses: boolean;

  /**
   * @param names the address that the service listens on, and further names; a wildcard address stands for all addresses of this machine
   */
  constructor(names: readonly string[]) {
    this.#names = new Set(names.map((name) => parseHost(name)?.name ?? name));
    this.#ownAddresses = [...this.#names].some(isWildcard);
  }

  /**
   * Returns the host that a request names.
   * @throws {Problem} 400 if there is not exactly one `Host`, 403 `FORBIDDEN` if it is not a name of this Graphtail
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

/** Reads the addresses each time, because they change with the machine's networks. */
function isOwnAddress(name: string): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => parseHost(address)?.name === name));
}

function hostIn({ rawHeaders }: IncomingMessage): Host {
  // In `headers` Node keeps only the first of several.
  const given = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'host');
  const host = given.length === 1 ? parseHost(given[0]!) : undefined;
  if (host === undefined)
    throw new Problem(400, 'BAD_REQUEST', 'Host: must be given exactly once, as <name> or <name>:<port>', { field: 'Host' });
  return host;
}

/** Returns the host in the request line, if it has one (RFC 9112, section 3.2.2). */
function absoluteTarget({ url = '/' }: IncomingMessage): Host[] {
  if (url.startsWith('/') || url === '*') return [];
  const host = URL.canParse(url) ? parseHost(new URL(url).host) : undefined;
  if (host === undefined) throw new Problem(400, 'BAD_REQUEST', 'The target of the request is malformed.');
  return [host];
}

import { lookup } from 'node:dns/promises';

/** Returns the addresses of a host's name. Rejects if it has none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/**
 * The addresses of a name, of one family: a container in a network with both has one of each, and would count as two processes.
 * IPv4 comes first, because services listen on it by default.
 */
export async function addressesOf(host: string): Promise<readonly string[]> {
  const all = await lookup(host, { all: true });
  const family = all.some((each) => each.family === 4) ? 4 : 6;
  return all.filter((each) => each.family === family).map(({ address }) => address);
}

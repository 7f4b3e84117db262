import { isLoopback } from '../guard/host-name.ts';

/** Limits are this many times higher on loopback, because all clients on this machine share an address, and load scripts run here. */
const LOOPBACK_FACTOR = 20;

/**
 * Returns the key under which an address is counted. For IPv6 it is the first 64 bits, because one customer has all addresses below them.
 */
export function keyOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = ''] = address.split('::');
  return head.split(':').slice(0, 4).join(':');
}

/** Returns the limit for an address. It is higher on loopback. */
export function limitFor(address: string, limit: number): number {
  return isLoopback(address) ? limit * LOOPBACK_FACTOR : limit;
}

import { isLoopback } from '../guard/host-name.ts';

/** Everybody on this machine shares an address, and load scripts run here. */
const LOOPBACK_FACTOR = 20;

/** What is counted as one address: of IPv6 the first 64 bits, since one customer has all of those. */
export function keyOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = ''] = address.split('::');
  return head.split(':').slice(0, 4).join(':');
}

/** A limit as it holds for an address: higher on loopback. */
export function limitFor(address: string, limit: number): number {
  return isLoopback(address) ? limit * LOOPBACK_FACTOR : limit;
}

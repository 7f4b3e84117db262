import type { IncomingMessage } from 'node:http';
import { isLoopback, parseHost } from './host-name.ts';

/**
 * The address that a request comes from. A peer on loopback may be the gateway, which adds the address that it saw to
 * `X-Forwarded-For`; of what other peers say there nothing is believed.
 */
export function addressOf({ socket, headers }: IncomingMessage): string {
  const peer = plain(socket.remoteAddress ?? '');
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined || !isLoopback(peer)) return peer;
  const last = [forwarded].flat().join(',').split(',').at(-1)!.trim();
  return parseHost(plain(last))?.name ?? peer;
}

/** An IPv4 address as a socket that listens for both has it, `::ffff:127.0.0.1`. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

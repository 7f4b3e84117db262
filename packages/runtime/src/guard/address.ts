import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import { parseHost } from './host-name.ts';

/** The gateway's address, if everything runs on one machine. */
export const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1'];

/** The trusted proxies. Set once, when the service starts. */
let trusted = new BlockList();
trustProxies(LOOPBACK);

/** Sets the proxies whose `X-Forwarded-For` is trusted. @param proxies addresses, and networks such as `10.0.0.0/8` */
export function trustProxies(proxies: readonly string[]): void {
  trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
}

/** Whether {@link trustProxies} accepts a text. */
export function isProxy(proxy: string): boolean {
  const [address = '', bits, ...rest] = proxy.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
}

export function isTrustedProxy(address: string): boolean {
  return trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Returns the address from which a request comes. A trusted peer is the gateway or another proxy, which adds the address that it saw to
 * `X-Forwarded-For`. That header is ignored if another peer sends it.
 */
export function addressOf({ socket, headers }: IncomingMessage): string {
  const peer = peerOf(socket);
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined || !isTrustedProxy(peer)) return peer;
  const last = [forwarded].flat().join(',').split(',').at(-1)!.trim();
  return parseHost(plain(last))?.name ?? peer;
}

/** Returns the address at the other end of a connection. */
export function peerOf({ remoteAddress = '' }: Socket): string {
  return plain(remoteAddress);
}

/** Returns an IPv4 address in its plain form. A socket that listens on IPv4 and IPv6 has it as `::ffff:127.0.0.1`. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import { parseHost } from './host-name.ts';

/** The gateway is there if everything runs on one machine. */
export const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1'];

/** Set once, when the service starts. */
let trusted = new BlockList();
trustProxies(LOOPBACK);

/** Whose `X-Forwarded-For` is believed. @param proxies addresses, and networks such as `10.0.0.0/8` */
export function trustProxies(proxies: readonly string[]): void {
  trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
}

/** Whether {@link trustProxies} takes it. */
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
 * The address that a request comes from. A trusted peer is the gateway or another proxy, which adds the address that it saw to
 * `X-Forwarded-For`; of what other peers say there nothing is believed.
 */
export function addressOf({ socket, headers }: IncomingMessage): string {
  const peer = peerOf(socket);
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined || !isTrustedProxy(peer)) return peer;
  const last = [forwarded].flat().join(',').split(',').at(-1)!.trim();
  return parseHost(plain(last))?.name ?? peer;
}

/** The address at the other end of a connection. */
export function peerOf({ remoteAddress = '' }: Socket): string {
  return plain(remoteAddress);
}

/** An IPv4 address as a socket that listens for both has it, `::ffff:127.0.0.1`. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

import type { IncomingMessage } from 'node:http';
import { addressOf } from './address.ts';

function addressFor(remoteAddress: string, forwarded?: string): string {
  return addressOf({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage);
}

describe('the address that a request comes from', () => {
  it("is the peer's, as IPv4 if it is one", () => {
    expect(addressFor('192.0.2.1')).toBe('192.0.2.1');
    expect(addressFor('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(addressFor('fd00::1')).toBe('fd00::1');
  });

  it('is the one that the gateway saw, if the peer is on loopback, where the gateway is', () => {
    expect(addressFor('127.0.0.1', '192.0.2.1')).toBe('192.0.2.1');
    expect(addressFor('::ffff:127.0.0.1', '203.0.113.9, ::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(addressFor('::1', 'not an address')).toBe('::1');
  });

  it('is not what another peer claims', () => {
    expect(addressFor('192.0.2.1', '127.0.0.1')).toBe('192.0.2.1');
  });
});

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

/** The lowest port to choose: well-known services use the ports below it. */
const LEAST_PORT = 20_000;
const MAC_OS_EPHEMERAL_FROM = 49_152;
const ATTEMPTS = 20;

async function tryPort(port: number): Promise<number> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return taken;
}

/**
 * A port of 127.0.0.1 that nothing listens on, for a process that can't take a free one by itself. It lies below the ports that the
 * system gives to outgoing connections: one of those could be taken in between.
 */
export async function freePort(): Promise<number> {
  const below = ephemeralFrom();
  for (let attempt = 0; attempt < ATTEMPTS && below > LEAST_PORT; attempt++) {
    const port = randomInt(LEAST_PORT, below);
    const isFree = await tryPort(port).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
  return tryPort(0);
}

/** The lowest port that the system gives to outgoing connections. */
function ephemeralFrom(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return MAC_OS_EPHEMERAL_FROM;
  }
}

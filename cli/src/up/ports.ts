import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { UserError } from '../user-error.ts';

/** The lowest port to choose: well-known services use the ports below it. */
const LEAST_PORT = 20_000;
const MAC_OS_EPHEMERAL_FROM = 49_152;
const ATTEMPTS = 20;

async function tryPort(host: string, port: number): Promise<number> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return taken;
}

/**
 * A port of 127.0.0.1 that nothing listens on, and that stays free until a service listens on it. It lies below the ports that the
 * system gives to outgoing connections: one of those could be taken in between.
 */
export async function freePort(): Promise<number> {
  const below = ephemeralFrom();
  for (let attempt = 0; attempt < ATTEMPTS && below > LEAST_PORT; attempt++) {
    const port = randomInt(LEAST_PORT, below);
    const isFree = await tryPort('127.0.0.1', port).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
  return tryPort('127.0.0.1', 0);
}

/** The lowest port that the system gives to outgoing connections. */
function ephemeralFrom(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return MAC_OS_EPHEMERAL_FROM;
  }
}

/** The port for the front door. @param port 0: any free port @throws {UserError} if nothing can listen on the port */
export async function frontPort(host: string, port: number): Promise<number> {
  try {
    return await tryPort(host, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const where = `${host}:${String(port)}`;
    if (code === 'EADDRINUSE')
      throw new UserError(`Port ${String(port)} is in use; stop what listens on ${where}, or choose another with --port.`);
    if (code === 'EACCES') throw new UserError(`This user may not listen on ${where}; choose a port above 1023 with --port.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new UserError(`This machine does not have the address ${host}; choose another with --host.`);
    throw new UserError(`Can't listen on ${where}: ${message}`);
  }
}

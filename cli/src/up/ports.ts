import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { UserError } from '../user-error.ts';

async function tryPort(host: string, port: number): Promise<number> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return taken;
}

/** A port of 127.0.0.1 that nothing listens on. */
export function freePort(): Promise<number> {
  return tryPort('127.0.0.1', 0);
}

/** The port for the front door (0: a free one). @throws {UserError} where it can't be had. */
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

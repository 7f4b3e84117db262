import { once } from 'node:events';
import { createServer } from 'node:net';
import { UserError } from '../user-error.ts';

/** Checks that the front door can listen. @param port 0: any free port @throws {UserError} if nothing can listen there */
export async function checkFrontPort(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
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

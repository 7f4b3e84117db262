import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort } from '../../../tests/support/free-port.ts';
import { UserError } from '../user-error.ts';
import { checkFrontPort } from './ports.ts';

describe('the port of the gateway', () => {
  it('that is in use is named in the message', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await expectAsync(checkFrontPort('127.0.0.1', port)).toBeRejectedWithError(
      UserError,
      new RegExp(`Port ${String(port)} is in use.*--port`),
    );
    taken.close();
  });

  it('is free again after it was looked at, and 0 is any', async () => {
    const port = await freePort();
    for (const each of [port, port, 0]) await expectAsync(checkFrontPort('127.0.0.1', each)).toBeResolved();
  });
});

import { request as httpRequest, type Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Upstream } from './upstream.ts';

export type Outgoing = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Whether to give up a process that is found to hang before it has answered. */
  readonly isRepeatable: boolean;
  /** Writes the body, and ends the request. Called when there is a connection. */
  readonly write: (outgoing: ClientRequest) => void;
};

export type Outcome =
  | { readonly kind: 'answer'; readonly answer: IncomingMessage }
  | { readonly kind: 'upgrade'; readonly answer: IncomingMessage; readonly socket: Socket; readonly first: Buffer }
  /** `wasSent`: the process may have begun to do what was asked. */
  | { readonly kind: 'failed'; readonly error: NodeJS.ErrnoException; readonly wasSent: boolean };

export type Exchange = {
  readonly outgoing: ClientRequest;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
};

/** Sends a request to a process. It counts as open there until its answer ends, or until the socket closes that it became. */
export function beginExchange(upstream: Upstream, agent: Agent, { method, path, headers, isRepeatable, write }: Outgoing): Exchange {
  const { host, port } = upstream;
  const leave = upstream.enter();
  const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
  const outgoing = httpRequest({ host, port, method, path, headers, agent });
  const heard = isRepeatable ? upstream.awaitAnswer((error) => outgoing.destroy(error)) : (): void => undefined;
  let wasSent = false;
  const settle = (settled: Outcome): void => {
    heard();
    resolve(settled);
  };
  outgoing.once('socket', () => {
    wasSent = true;
    write(outgoing);
  });
  outgoing.once('response', (answer) => settle({ kind: 'answer', answer }));
  outgoing.once('upgrade', (answer, socket, first) => {
    const opened = upstream.enter();
    socket.once('close', opened);
    settle({ kind: 'upgrade', answer, socket, first });
  });
  outgoing.on('error', (error) => settle({ kind: 'failed', error, wasSent }));
  outgoing.once('close', () => {
    leave();
    settle({ kind: 'failed', error: new Error('given up'), wasSent });
  });
  return { outgoing, outcome };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { letGo } from './limits/let-go.ts';
import { Problem } from './problem.ts';

/** Takes over the connection of a WebSocket request. */
export type Upgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** Answers a request with a problem without Express. */
export function sendRawProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { body, headers } = rendered(problem);
  response.statusCode = problem.status;
  for (const [name, value] of headers) response.setHeader(name, value);
  response.end(body);
}

/** Answers with a problem on a bare connection, e.g. that of a refused upgrade, and ends the connection. */
export function refuseUpgrade(socket: Duplex, problem: Problem): void {
  socket.on('error', () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { title, body, headers } = rendered(problem);
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${String(problem.status)} ${title}\r\n${lines}Connection: close\r\n\r\n${body}`);
  // The peer may still be sending. Its data is read and dropped: otherwise the connection would be reset, and the answer lost.
  socket.resume();
  letGo(socket);
}

function rendered(problem: Problem): { title: string; body: string; headers: [string, string][] } {
  const content = problem.body();
  const body = JSON.stringify(content);
  const headers: [string, string][] = [
    ['Content-Type', 'application/problem+json'],
    ['Content-Length', String(Buffer.byteLength(body))],
  ];
  const retryAfter = problem.extra['retry_after_seconds'];
  if (typeof retryAfter === 'number') headers.push(['Retry-After', String(retryAfter)]);
  return { title: content.title, body, headers };
}

/** Handles a server's `clientError` event: what arrived is not an HTTP request, is too large, or took too long. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Node keeps the answer under way in this field; its own handler reads it too. The peer would read a second answer as a part of the
  // first.
  const { _httpMessage: underWay } = socket as { _httpMessage?: ServerResponse | null };
  if (error.code === 'ECONNRESET' || underWay?.headersSent === true) socket.destroy();
  else refuseUpgrade(socket, clientProblem(error.code));
}

function clientProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem(431, 'BAD_REQUEST', 'The request line and headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem(408, 'BAD_REQUEST', 'The request did not arrive in time.');
  return new Problem(400, 'BAD_REQUEST', 'This is not a valid HTTP request.');
}

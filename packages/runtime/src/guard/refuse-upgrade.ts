import type { Duplex } from 'node:stream';
import type { Problem } from '../problem.ts';

/** Answers an upgrade with a problem, as plain HTTP, and ends the connection. */
export function refuseUpgrade(socket: Duplex, problem: Problem): void {
  const { title, ...rest } = problem.body();
  const body = JSON.stringify({ title, ...rest });
  socket.end(
    `HTTP/1.1 ${String(problem.status)} ${title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\nConnection: close\r\n\r\n${body}`,
  );
}

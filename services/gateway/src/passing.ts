import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { signOfLife } from '@graphtail/runtime';
import type { FairTurns } from './fair-turns.ts';
import { OF_ONE_CONNECTION } from './forwarded.ts';

/** Passes on the bytes of one side and their end, no faster than the other side takes them. */
export function pass(from: Readable, to: Writable, turns: FairTurns): void {
  from.on('data', (chunk: Buffer) => {
    signOfLife();
    if (to.write(chunk)) turns.spend(from, chunk.length);
    else from.pause();
  });
  to.on('drain', () => turns.resume(from));
  from.once('end', () => to.end());
}

/** Passes a service's answer on. If the service dies in the middle, destroys the answer: the client would wait for the rest forever. */
export function passAnswer(answer: IncomingMessage, response: ServerResponse, turns: FairTurns): void {
  response.statusCode = answer.statusCode ?? 502;
  response.statusMessage = answer.statusMessage ?? '';
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && name !== 'transfer-encoding' && !OF_ONE_CONNECTION.includes(name)) response.setHeader(name, value);
  }
  response.flushHeaders();
  answer.once('close', () => {
    if (!answer.complete) response.destroy();
  });
  pass(answer, response, turns);
}

import express, { type Request, type RequestHandler, type Response } from 'express';
import { Problem, payloadTooLarge, unsupportedMediaType } from '../problem.ts';

/** The longest body that a route accepts by default, in bytes. */
export const BODY_LIMIT = 16 * 1024;

const MAX_DEPTH = 16;

/** How long the rest of a refused body may take to arrive, in ms. */
const REST_MS = 2_000;

/**
 * Reads a JSON body. A body of another type is answered with 415, a larger one with 413 before it is read, and one that is nested too
 * deep with 400. A request without a body needs no `Content-Type`.
 */
export function readBody(limit = BODY_LIMIT): RequestHandler[] {
  return [
    (request, response, next) => {
      const length = Number(request.headers['content-length'] ?? 0);
      if (length > limit) {
        dropRest(request, response);
        throw payloadTooLarge(limit);
      }
      const isThere = length > 0 || request.headers['transfer-encoding'] !== undefined;
      if (isThere && request.is('json') === false) {
        throw unsupportedMediaType(`The body is of type ${request.get('content-type') ?? 'unknown: no Content-Type says it'}`);
      }
      next();
    },
    express.json({ limit, strict: false }),
    (request, _response, next) => {
      if (isDeeperThan(request.body, MAX_DEPTH))
        throw new Problem(400, 'BAD_REQUEST', `body: is nested deeper than ${String(MAX_DEPTH)}`, { field: 'body' });
      next();
    },
  ];
}

/**
 * After an answer Node reads and drops the rest of the request's body. Here it may do so for at most 2 s. The connection is not ended at
 * once: that would reset it, and a peer that is still sending would lose the answer.
 */
function dropRest(request: Request, response: Response): void {
  response.once('finish', () => {
    if (request.complete) return;
    const timer = setTimeout(() => request.socket.destroy(), REST_MS).unref();
    request.once('close', () => clearTimeout(timer));
  });
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeperThan(member, depth - 1));
}

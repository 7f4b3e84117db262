import express, { type RequestHandler } from 'express';
import { Problem, payloadTooLarge, unsupportedMediaType } from '../problem.ts';

/** The longest body that a route takes unless it says otherwise. */
export const BODY_LIMIT = 16 * 1024;

const MAX_DEPTH = 16;

/**
 * Reads a JSON body. One of another type is 415, a larger one 413 before it is read, a deeper one 400.
 * A request without a body needs no type.
 */
export function readBody(limit = BODY_LIMIT): RequestHandler[] {
  return [
    (request, _response, next) => {
      const length = Number(request.headers['content-length'] ?? 0);
      if (length > limit) throw payloadTooLarge(limit);
      const isThere = length > 0 || request.headers['transfer-encoding'] !== undefined;
      if (isThere && request.is('json') === false) {
        throw unsupportedMediaType(`The body is of type ${request.get('content-type') ?? 'unknown: no Content-Type says it'}`);
      }
      next();
    },
    express.json({ limit, strict: false }),
    (request, _response, next) => {
      if (isDeeperThan(request.body, MAX_DEPTH))
        throw new Problem(400, 'BAD_REQUEST', `The body is nested deeper than ${String(MAX_DEPTH)}.`);
      next();
    },
  ];
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeperThan(member, depth - 1));
}

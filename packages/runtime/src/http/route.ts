import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { ProblemCode } from './problem-codes.ts';

export const JSON_TYPE = 'application/json';
export const NDJSON_TYPE = 'application/x-ndjson';

export type Shape = z.ZodRawShape;
export type Parsed<S extends Shape> = z.infer<z.ZodObject<S>>;

export type RouteContext<P extends Shape, Q extends Shape, B extends Shape> = {
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  readonly request: Request;
  readonly response: Response;
};

/** One operation of a service's HTTP as data: what validates a request and an answer is what describes them. */
export type Route<P extends Shape = Shape, Q extends Shape = Shape, B extends Shape = Shape> = {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it, `/api/consumers/{name}/ack`. `{id}` may hold slashes, encoded or not. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** The `{names}` in the path. */
  readonly params: P;
  readonly query?: Q;
  /** The handler judges the query itself, and tells the refusal in its own way. */
  readonly judgesQuery?: boolean;
  /** Of a POST; the longest is 16 KiB. */
  readonly body?: B;
  /** What answers hold, by status; `null`: nothing. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** The media types of answers; default: JSON. */
  readonly media?: readonly string[];
  /** Codes beyond those that every route can answer with. */
  readonly problems?: readonly ProblemCode[];
  readonly handle: (context: RouteContext<P, Q, B>) => void | Promise<void>;
};

type None = Record<never, never>;

/** Keeps the types of a route's schemas for its handler; a list of routes forgets them. */
export function route<const P extends Shape = None, const Q extends Shape = None, const B extends Shape = None>(
  definition: Omit<Route<P, Q, B>, 'params'> & { readonly params?: P },
): Route {
  return { params: {}, ...definition } as unknown as Route;
}

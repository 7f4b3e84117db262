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

/** One HTTP operation of a service, as data. The schemas that validate a request and an answer also describe them. */
export type Route<P extends Shape = Shape, Q extends Shape = Shape, B extends Shape = Shape> = {
  readonly method: 'get' | 'post' | 'delete';
  /** The path in OpenAPI's form, e.g. `/api/consumers/{name}/ack`. `{id}` may hold slashes, encoded or not. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** The schemas of the `{names}` in the path. */
  readonly params: P;
  readonly query?: Q;
  /** Whether the handler validates the query itself, and answers a refusal in its own way. */
  readonly judgesQuery?: boolean;
  /** The body of a POST. It may have at most 16 KiB. */
  readonly body?: B;
  /** The schemas of answers, by status. `null`: the answer has no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** The media types of answers; default: JSON. */
  readonly media?: readonly string[];
  /** The problem codes of this route, in addition to those of every route. */
  readonly problems?: readonly ProblemCode[];
  readonly handle: (context: RouteContext<P, Q, B>) => void | Promise<void>;
};

type None = Record<never, never>;

/** Defines a route. It gives the types of the route's schemas to its handler; a list of routes does not keep these types. */
export function route<const P extends Shape = None, const Q extends Shape = None, const B extends Shape = None>(
  definition: Omit<Route<P, Q, B>, 'params'> & { readonly params?: P },
): Route {
  return { params: {}, ...definition } as unknown as Route;
}

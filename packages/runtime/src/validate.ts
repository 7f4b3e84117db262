import type { z } from 'zod';
import { Problem } from './problem.ts';

function parse<T extends z.ZodType>(schema: T, input: unknown, what: string): z.infer<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    field: issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.map(String).join('.'),
    message: issue.message,
  }));
  const first = errors[0] ?? { field: '', message: 'does not fit' };
  throw new Problem(400, 'BAD_REQUEST', `${first.field || what}: ${first.message}`, { field: first.field, errors });
}

/** Query parameters through a schema. @throws {Problem} 400 `BAD_REQUEST` naming the field. */
export function parseQuery<T extends z.ZodType>(schema: T, query: unknown): z.infer<T> {
  return parse(schema, query, 'query');
}

/** A JSON body through a schema; no body counts as `{}`. @throws {Problem} 400 `BAD_REQUEST` naming the field. */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  return parse(schema, body ?? {}, 'body');
}

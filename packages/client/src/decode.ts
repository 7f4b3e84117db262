import type * as z from 'zod';

/** An answer of the server is not in the expected form. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** A member that may be absent or null; then it is undefined. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/**
 * Reads an answer of the HTTP interface. Frames of facts are not read here, but by `readFrame`, which does not check each fact by a schema.
 * @throws {DecodeError} that names the place of the first value that does not fit
 */
export function decode<Schema extends z.ZodType>(schema: Schema, value: unknown, place: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DecodeError(parsed.error.issues.map((issue) => explain(issue, place))[0] ?? place);
}

/** Does not use the library's messages: a bundle without its locale has none. */
function explain(issue: z.core.$ZodIssue, place: string): string {
  const at = issue.path.map((key) => (typeof key === 'number' ? `[${String(key)}]` : `.${String(key)}`)).join('');
  return `${place}${at} ${issue.code === 'invalid_type' ? `is not of type ${issue.expected}` : issue.message}`;
}

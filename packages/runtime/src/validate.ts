import type { z } from 'zod';
import { nearest } from './http/nearest.ts';
import { Problem } from './problem.ts';

const MAX_COMPLAINTS = 10;
const MAX_NAME = 64;

type Complaint = { readonly field: string; readonly message: string };
type Place = 'query' | 'path' | 'body';

/** Parses query parameters with a strict schema. @throws {Problem} 400 `BAD_REQUEST` that names the field */
export function parseQuery<T extends z.ZodObject>(schema: T, query: unknown): z.infer<T> {
  return parse(schema, query, 'query');
}

/** Parses the parameters of a path with a schema. @throws {Problem} 400 `BAD_REQUEST` that names the field */
export function parsePath<T extends z.ZodObject>(schema: T, params: unknown): z.infer<T> {
  return parse(schema, params, 'path');
}

/** Parses a JSON body with a strict schema. No body counts as `{}`. @throws {Problem} 400 `BAD_REQUEST` that names the field */
export function parseBody<T extends z.ZodObject>(schema: T, body: unknown): z.infer<T> {
  return parse(schema, body ?? {}, 'body');
}

function parse<T extends z.ZodObject>(schema: T, input: unknown, place: Place): z.infer<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const known = Object.keys(schema.shape);
  const errors: Complaint[] = [];
  for (const issue of parsed.error.issues) {
    if (errors.length >= MAX_COMPLAINTS) break;
    errors.push(...complaints(issue, input, known, place).slice(0, MAX_COMPLAINTS - errors.length));
  }
  const first = errors[0] ?? { field: place, message: 'does not fit' };
  throw new Problem(400, 'BAD_REQUEST', `${first.field}: ${first.message}`, { field: first.field, errors });
}

function complaints(issue: z.core.$ZodIssue, input: unknown, known: readonly string[], place: Place): Complaint[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, MAX_COMPLAINTS)
      .map((key) => (path === '' ? unknownName(key, known, place) : { field: `${path}.${short(key)}`, message: 'is not known' }));
  }
  const isRepeated = place === 'query' && Array.isArray((input as Record<string, unknown>)[path]);
  return [{ field: path || place, message: isRepeated ? 'is given more than once' : issue.message }];
}

function unknownName(given: string, known: readonly string[], place: Place): Complaint {
  const what = place === 'body' ? 'key of this body' : 'parameter of this address';
  const base = /^([^[]+)\[.*\]$/.exec(given)?.[1];
  if (base !== undefined && known.includes(base)) return { field: base, message: `is given as ${short(given)}; write ${base}=` };
  const meant = nearest(given, known);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  const list = known.length === 0 ? 'none is known' : `known: ${known.join(', ')}`;
  return { field: short(given), message: `is not a ${what}${hint} (${list})` };
}

function short(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}

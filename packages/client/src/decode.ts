import { isFact, isOffset, type Fact, type Offset } from '@graphtail/facts';

/** Reads a part of an answer. Throws a `DecodeError` that names the place of a value that does not fit. */
export type Decoder<Value> = (value: unknown, place: string) => Value;

export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

function primitive<Value>(name: string, is: (value: unknown) => value is Value): Decoder<Value> {
  return (value, place) => {
    if (is(value)) return value;
    throw new DecodeError(`${place} is not ${name}`);
  };
}

export const text = primitive('a text', (value): value is string => typeof value === 'string');
export const number = primitive('a number', (value): value is number => typeof value === 'number');
export const offset = primitive('an offset', (value): value is Offset => typeof value === 'string' && isOffset(value));

export const fact: Decoder<Fact> = primitive('a fact', isFact);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
const anyObject = primitive('an object', isObject);

export function list<Item>(item: Decoder<Item>): Decoder<readonly Item[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw new DecodeError(`${place} is not a list`);
    return value.map((each, index) => item(each, `${place}[${String(index)}]`));
  };
}

export function record<Value>(member: Decoder<Value>): Decoder<Readonly<Record<string, Value>>> {
  return (value, place) =>
    Object.fromEntries(Object.entries(anyObject(value, place)).map(([key, each]) => [key, member(each, `${place}.${key}`)]));
}

/** Returns undefined if the value is absent or null. */
export function optional<Value>(inner: Decoder<Value>): Decoder<Value | undefined> {
  return (value, place) => (value === undefined || value === null ? undefined : inner(value, place));
}

/** Reads the named members, and leaves out all others. */
export function object<Members extends Record<string, Decoder<unknown>>>(
  members: Members,
): Decoder<{ readonly [Key in keyof Members]: ReturnType<Members[Key]> }> {
  return (value, place) => {
    const given = anyObject(value, place);
    const read = Object.entries(members).map(([key, member]) => [key, member(given[key], `${place}.${key}`)]);
    return Object.fromEntries(read) as { readonly [Key in keyof Members]: ReturnType<Members[Key]> };
  };
}

/** Checks the named members, and keeps all members. */
export function open<Members extends Record<string, Decoder<unknown>>>(
  members: Members,
): Decoder<{ readonly [Key in keyof Members]: ReturnType<Members[Key]> } & Readonly<Record<string, unknown>>> {
  const known = object(members);
  return (value, place) => ({ ...anyObject(value, place), ...known(value, place) });
}

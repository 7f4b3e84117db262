import fc from 'fast-check';
import { globs } from './globs.ts';
import { offsets, positions } from './cursors.ts';
import { ids, numberTexts, oddTexts, terms } from './texts.ts';

/** As much of JSON Schema as the OpenAPI documents use. */
export type Schema = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
};

/** By their names, parameters that a schema calls strings and that mean more. */
const BY_NAME: Readonly<Record<string, fc.Arbitrary<string>>> = {
  at: offsets,
  from: positions,
  to: offsets,
  min_offset: offsets,
  cursor: offsets,
  path: globs.map(({ text }) => text),
  start_node: ids,
  node_id: ids,
  id: ids,
  symbol: ids,
  from_node: ids,
  to_node: ids,
  q: terms,
  name: terms,
  ts: positions.map((position) => position.replace(/^ts:/, '')),
};

const anything: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3 });

/** A value that fits the schema, or nearly so. */
export function fitting(schema: Schema, name: string): fc.Arbitrary<unknown> {
  const named = BY_NAME[name];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => fitting(choice, name)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (Array.isArray(schema.type) ? (schema.type as string[])[0] : schema.type) {
    case 'integer':
    case 'number':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, -1000),
        max: Math.max(Math.min(schema.maximum ?? 1000, 100_000), schema.minimum ?? 0),
      });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(fitting(schema.items ?? {}, name), { maxLength: 4 });
    case 'object':
      return fittingObject(schema);
    case 'string':
      return named ?? terms;
    default:
      return named ?? anything;
  }
}

/** An object with what is required and some of the rest. */
export function fittingObject({ properties = {}, required = [] }: Schema): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fitting(schema, name)]));
  return fc.record(fields, { requiredKeys: [...required] });
}

/** A value of another kind than the schema's. */
export function misfit(schema: Schema): fc.Arbitrary<unknown> {
  const isList = schema.type === 'array';
  const odd = fc.constantFrom<unknown>(null, {}, { a: { b: {} } }, 1e308, -1, 1.5, '', 'x'.repeat(5000));
  const wrongItems = fc.constantFrom<unknown>(['nonsense'], [1, 2], [[]], [null], [{}]);
  return isList ? fc.oneof(odd, wrongItems) : fc.oneof(odd, wrongItems, numberTexts, oddTexts);
}

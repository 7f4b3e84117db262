import { html, type Html } from './html.ts';

/** The parts of a JSON Schema that the page shows. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
};

/** A schema's type in one line. {@link members} shows the members of an object. */
export function typeOf(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined) return html`<code>${schema.enum.map((each) => JSON.stringify(each)).join(' | ')}</code>`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return joined(choices.map(typeOf));
  if (schema.type === 'array')
    return html`list of ${typeOf(schema.items ?? {})}${schema.maxItems === undefined ? '' : `, at most ${String(schema.maxItems)}`}`;
  if (schema.type === 'object' && schema.properties === undefined)
    return html`object of ${typeof schema.additionalProperties === 'object' ? typeOf(schema.additionalProperties) : 'anything'}`;
  const type = schema.type === undefined ? 'anything' : [schema.type].flat().join(' | ');
  return html`${[type, ...bounds(schema)].join(', ')}`;
}

function joined(choices: readonly Html[]): Html {
  return choices.reduce((sofar, each) => html`${sofar} | ${each}`);
}

function bounds({ minimum, exclusiveMinimum, maximum, maxLength, format, pattern }: Schema): string[] {
  return [
    ...(format === undefined ? [] : [format]),
    ...(pattern === undefined || format !== undefined ? [] : [pattern]),
    ...(minimum === undefined ? [] : [`≥ ${String(minimum)}`]),
    ...(exclusiveMinimum === undefined ? [] : [`> ${String(exclusiveMinimum)}`]),
    ...(maximum === undefined ? [] : [`≤ ${String(maximum)}`]),
    ...(maxLength === undefined ? [] : [`at most ${String(maxLength)} characters`]),
  ];
}

/** The members of an object, or of the items of a list, or of each choice; empty if there are none. */
export function members(schema: Schema): Html {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined)
    return html`${choices.filter((each) => each.properties !== undefined).map((each) => html`<div class="choice">${members(each)}</div>`)}`;
  if (schema.type === 'array') return members(schema.items ?? {});
  const { properties = {}, required = [], additionalProperties } = schema;
  if (typeof additionalProperties === 'object' && schema.properties === undefined) return members(additionalProperties);
  const entries = Object.entries(properties);
  if (entries.length === 0) return html``;
  return html`<dl class="members">${entries.map(([name, member]) => field(name, member, required.includes(name)))}</dl>`;
}

/** One named value: a parameter, or a member of an object. */
export function field(name: string, schema: Schema, isRequired: boolean, description = schema.description): Html {
  const fallback = schema.default === undefined ? '' : ` Default: ${JSON.stringify(schema.default)}.`;
  return html`<div class="field">
    <dt><code>${name}</code>${isRequired ? '' : html` <span class="soft">optional</span>`}</dt>
    <dd>
      <span class="type">${typeOf(schema)}</span>
      ${description === undefined && fallback === '' ? '' : html`<p>${description ?? ''}${description === undefined ? '' : '.'}${fallback}</p>`}
      ${members(schema)}
    </dd>
  </div>`;
}

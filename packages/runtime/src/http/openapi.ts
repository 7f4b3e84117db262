import { OffsetSchema } from '@graphtail/facts';
import { z } from 'zod';
import { PROBLEM_CODES, type ProblemCode } from './problem-codes.ts';
import { ProblemSchema } from './problem-schema.ts';
import { JSON_TYPE, type Route } from './route.ts';

type Json = Record<string, unknown>;

/** The parts of an OpenAPI 3.1 document that Graphtail reads. */
export type OpenApi = {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
};
export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Json;
};
export type Media = Readonly<Record<string, { readonly schema?: Json }>>;
export type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Media };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Media }>>;
};

/** Checks the parts that a service needs when it reads another service's document. */
export const OpenApiSchema = z.object({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({}))),
  components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }),
});

/** The codes that any request may be answered with, except requests of the tag `service`. */
const ALWAYS: readonly ProblemCode[] = ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'UNAVAILABLE'];
const WITH_BODY: readonly ProblemCode[] = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

/** Returns the OpenAPI document of routes. It is made from the schemas that parse their input and that their answers must fit. */
export function describeRoutes(title: string, version: string, routes: readonly Route[]): OpenApi {
  const components: Record<string, Json> = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => jsonSchema(schema, io, components);
  schemaOf(ProblemSchema, 'output');
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operation(route, schemaOf);
  return { openapi: '3.1.0', info: { title, version }, paths, components: { schemas: components } };
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => Json;

function operation({ method, path, summary, tag, params, query = {}, body, ...route }: Route, schemaOf: SchemaOf): Operation {
  const [inPath, inQuery, inBody] = [params, query, body].map((shape) => schemaOf(z.strictObject(shape ?? {}), 'input'));
  return {
    operationId: `${method}${path.replaceAll(/\W+/g, '_').replace(/_$/, '')}`,
    summary,
    tags: [tag],
    parameters: [...parameters('path', inPath!), ...parameters('query', inQuery!)],
    ...(body !== undefined && {
      requestBody: { required: !z.object(body).safeParse({}).success, content: { [JSON_TYPE]: { schema: inBody! } } },
    }),
    responses: responses({ method, tag, ...route }, schemaOf),
  };
}

function parameters(place: 'path' | 'query', { properties = {}, required = [] }: Json): Parameter[] {
  return Object.entries(properties as Record<string, Json>).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || (required as string[]).includes(name),
    ...(typeof description === 'string' && { description }),
    // A list in a query is sent as names joined by commas.
    ...(schema['type'] === 'array' && { style: 'form', explode: false }),
    schema,
  }));
}

type Answering = Pick<Route, 'method' | 'tag' | 'answers' | 'media' | 'problems'>;

function responses({ method, tag, answers, media = [JSON_TYPE], problems = [] }: Answering, schemaOf: SchemaOf): Operation['responses'] {
  const all: Record<string, { description: string; content?: Record<string, { schema?: Json }> }> = {};
  for (const [status, schema] of Object.entries(answers)) {
    const content =
      schema === null
        ? undefined
        : Object.fromEntries(media.map((type) => [type, type.endsWith('json') ? { schema: schemaOf(schema, 'output') } : {}]));
    all[status] = { description: status.startsWith('2') ? 'The answer.' : 'The answer, if it is not well.', ...(content && { content }) };
  }
  const isService = tag === 'service';
  if (method === 'get' && !isService && media.includes(JSON_TYPE))
    all['304'] = { description: 'The answer still has the ETag that If-None-Match names.' };
  for (const code of new Set([...(isService ? [] : ALWAYS), ...(method === 'get' ? [] : WITH_BODY), ...problems])) {
    const [status, meaning] = PROBLEM_CODES[code];
    const answer = (all[status] ??= { description: '' });
    answer.description = `${answer.description}\n\n\`${code}\`: ${meaning}`.trim();
    answer.content = { ...answer.content, 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  }
  return all;
}

/** Returns a schema's JSON Schema. Schemas with an id are added to the components. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Record<string, Json>): Json {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema: json }) {
      if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
      if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
      if ((zodSchema as unknown) === OffsetSchema) Object.assign(json, { type: 'string', pattern: '^\\d+-\\d+$' });
      const { type, defaultValue } = zodSchema._zod.def as { type: string; defaultValue?: unknown };
      // zod omits a default that comes before a transformation, because it may have another type.
      if (type === 'default' && typeof defaultValue !== 'object') json.default = defaultValue;
    },
  });
  const {
    $schema: _,
    $defs = {},
    ...rest
  } = JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json & { $defs?: Record<string, Json> };
  for (const [name, definition] of Object.entries($defs)) components[name] = definition;
  if (typeof rest['id'] === 'string') {
    const { id, ...definition } = rest as Json & { id: string };
    components[id] = definition;
    return { $ref: `#/components/schemas/${id}` };
  }
  return rest;
}

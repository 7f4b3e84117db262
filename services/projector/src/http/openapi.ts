import { z } from 'zod';
import { graphQuery, readQuery } from './fields.ts';
import type { AdminRoute, LogRoute, ReadRoute } from './route.ts';

type Described = {
  readonly path: string;
  readonly method: 'get' | 'post';
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly body?: z.ZodObject;
};

/** OpenAPI 3.1 of the projector's routes, made from the schemas that they are parsed with. */
export function openApi(reads: readonly ReadRoute[], logReads: readonly LogRoute[], wishes: readonly AdminRoute[]) {
  const routes: Described[] = [
    ...reads.map(({ path, method, summary, query = {}, body }) => ({
      ...{ path, method, summary, query: readQuery.extend(query) },
      ...(body !== undefined && { body: z.object(body) }),
    })),
    ...logReads.map(({ path, summary, query = {} }) => ({ path, method: 'get' as const, summary, query: readQuery.extend(query) })),
    ...wishes.map(({ path, summary, body = {} }) => ({ path, method: 'post' as const, summary, query: graphQuery, body: z.object(body) })),
  ];
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operation(route);
  return { openapi: '3.1.0', info: { title: 'Graphtail: queries', version: '1' }, paths, components: { schemas: { Problem: PROBLEM } } };
}

function operation({ path, method, summary, query, body }: Described) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  return {
    summary,
    tags: ['graph'],
    parameters: [...inPath, ...queryParameters(query)],
    ...(body !== undefined && {
      requestBody: { required: !body.safeParse({}).success, content: { 'application/json': { schema: schemaOf(body) } } },
    }),
    responses: {
      [method === 'post' && path.includes('/admin/') ? '202' : '200']: {
        description: 'The answer, true as of the offset in header Graphtail-Offset; execution_time_ms tells what it took.',
        headers: { 'Graphtail-Offset': { schema: { type: 'string' } } },
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      default: { description: 'A problem', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    },
  };
}

function queryParameters(query: z.ZodObject) {
  const { properties = {}, required = [] } = schemaOf(query);
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as { description?: string };
    return { name, in: 'query', required: required.includes(name), ...(description !== undefined && { description }), schema: rest };
  });
}

/** What a client may send: before coercion and defaults. */
function schemaOf(schema: z.ZodObject): { properties?: Record<string, unknown>; required?: string[] } {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457; code is stable',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    field: { type: 'string', description: 'what to correct' },
  },
};

import { DOORS, type Door } from '../rig/product.ts';
import type { Schema } from './json.ts';

export type Parameter = { readonly name: string; readonly required: boolean; readonly schema: Schema };

/** One method of one path, as the OpenAPI documents say. */
export type Operation = {
  readonly label: string;
  readonly method: string;
  /** With `{name}` for what a path holds. */
  readonly path: string;
  readonly query: readonly Parameter[];
  readonly body: Schema | undefined;
  /** Where it is served. */
  readonly doors: readonly Door[];
  /** It changes the graph, its log or the set of graphs: only requests that must be refused are made from it. */
  readonly changes: boolean;
  /** It never ends by itself. */
  readonly streams: boolean;
};

export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
};
type Described = {
  readonly parameters?: readonly (Parameter & { readonly in: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const CHANGING = ['/api/graphs', '/api/graph/admin', '/api/alerts', '/mcp'];

/** The front door describes what all services serve through it, each service what it serves itself. */
function documentAt(door: Door): string {
  return door === 'gateway' ? '/api/openapi.json' : '/openapi.json';
}

/** Every operation that the product describes. @throws {Error} while a service does not describe its own */
export async function operationsOf(ports: Readonly<Record<Door, number>>): Promise<Operation[]> {
  const byLabel = new Map<string, Operation>();
  for (const door of DOORS) {
    const response = await fetch(`http://127.0.0.1:${String(ports[door])}${documentAt(door)}`);
    if (!response.ok) throw new Error(`the ${door} does not describe itself: ${String(response.status)}`);
    for (const operation of read(resolved((await response.json()) as OpenApi))) {
      const doors = byLabel.get(operation.label)?.doors ?? [];
      byLabel.set(operation.label, { ...operation, doors: [...doors, door] });
    }
  }
  return [...byLabel.values()];
}

const REFERENCE = '#/components/schemas/';

/** The document with each reference replaced by what it refers to. */
function resolved(document: OpenApi): OpenApi {
  const schemas = document.components?.schemas ?? {};
  const inline = (_key: string, value: unknown): unknown => {
    const reference = (value as { $ref?: unknown } | null)?.$ref;
    return typeof reference === 'string' ? schemas[reference.slice(REFERENCE.length)] : value;
  };
  return JSON.parse(JSON.stringify({ paths: requestsOnly(document.paths) }, inline)) as OpenApi;
}

function requestsOnly(paths: OpenApi['paths']): OpenApi['paths'] {
  const without = ({ parameters, requestBody }: Described): Described => ({
    ...(parameters && { parameters }),
    ...(requestBody && { requestBody }),
  });
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(Object.entries(methods).map(([method, described]) => [method, without(described)])),
    ]),
  );
}

function read({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, described]) => operation(path, method.toUpperCase(), described)),
  );
}

function operation(path: string, method: string, { parameters = [], requestBody }: Described): Operation {
  return {
    label: `${method} ${path}`,
    method,
    path,
    query: parameters.filter((parameter) => parameter.in === 'query'),
    body: method === 'GET' ? undefined : requestBody?.content['application/json']?.schema,
    doors: [],
    changes: method !== 'GET' && CHANGING.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    streams: path.startsWith('/sse'),
  };
}

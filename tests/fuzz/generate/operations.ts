import { DOORS, type Door } from '../rig/product.ts';
import { UNDOCUMENTED } from './undocumented.ts';
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
  /** The service that serves it; the front door takes it to there. */
  readonly owner: Door;
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
const OWNERS: readonly (readonly [prefix: string, owner: Door])[] = [
  ['/api/graphs', 'gateway'],
  ['/api/graph', 'projector'],
  ['/api/log', 'notifier'],
  ['/api/consumers', 'notifier'],
  ['/ws', 'notifier'],
  ['/sse', 'notifier'],
];
const CHANGING = ['/api/graphs', '/api/graph/admin', '/api/alerts', '/mcp'];

/** Where documents may be: the front door's is of all services, the projector's of its own. */
const DOCUMENTS = ['/api/openapi.json', '/api/graph/openapi.json'];

/** Every operation that the product documents, and those of docs/PROTOCOL.md that its documents leave out. */
export async function operationsOf(url: string): Promise<Operation[]> {
  const documents: OpenApi[] = [];
  for (const path of DOCUMENTS) {
    const response = await fetch(`${url}${path}`);
    if (response.ok) documents.push((await response.json()) as OpenApi);
  }
  const byLabel = new Map<string, Operation>();
  for (const document of [...documents, UNDOCUMENTED])
    for (const operation of read(resolved(document))) if (!byLabel.has(operation.label)) byLabel.set(operation.label, operation);
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
    owner: OWNERS.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))?.[1] ?? DOORS[0],
    changes: method !== 'GET' && CHANGING.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    streams: path.startsWith('/sse'),
  };
}

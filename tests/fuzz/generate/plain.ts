import { NODES } from '../rig/codebase.ts';
import { GRAPH, type Door } from '../rig/product.ts';
import type { RawRequest } from '../wire/request.ts';
import type { Operation, Parameter } from './operations.ts';

export type Header = readonly [name: string, value: string];

/** Values that fit, for what an operation requires. */
const SAMPLES: Readonly<Record<string, string>> = {
  id: NODES.class,
  name: 'nobody',
  symbol: NODES.hub,
  from: '0-0',
  to: '@head@',
  ts: '2026-01-01T00:00:00Z',
  start_node: NODES.method,
  node_id: NODES.method,
  from_node: NODES.top,
  to_node: NODES.bottom,
  path: NODES.file,
  cursor: '0-0',
  root: '/nowhere/at/all',
};

export const OWN_HOST: Header = ['host', '@host@'];

export function sampleOf(name: string): string {
  return SAMPLES[name] ?? 'x';
}

/** `/api/graph/nodes/{id}` with something in the place of each name. */
export function filledPath(path: string, value: (name: string) => string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeText(value(name)));
}

/** As `encodeURIComponent`, which refuses lone surrogates; those become U+FFFD. Placeholders stay. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/%40(head|epoch)%40/g, '@$1@');
}

export function target(path: string, query: readonly Header[]): string {
  return query.length === 0 ? path : `${path}?${query.map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`).join('&')}`;
}

/** The parts of a request before they are put together: what a spoil changes. */
export type Draft = {
  readonly door: Door;
  readonly method: string;
  readonly path: string;
  readonly query: readonly Header[];
  readonly headers: readonly Header[];
  readonly body: unknown;
};

/** A request that holds what its operation requires and nothing else, and asks about the fuzzed graph. */
export function plainDraft(operation: Operation, door: Door): Draft {
  const required = operation.query.filter((parameter) => parameter.required).map(({ name }): Header => [name, sampleOf(name)]);
  const body =
    operation.body === undefined ? undefined : Object.fromEntries((operation.body.required ?? []).map((name) => [name, sampleOf(name)]));
  return {
    door,
    method: operation.method,
    path: filledPath(operation.path, sampleOf),
    query: [...graphOf(operation.query), ...required],
    headers: [OWN_HOST],
    body,
  };
}

export function graphOf(query: readonly Parameter[]): Header[] {
  return query.some(({ name }) => name === 'graph') ? [['graph', GRAPH]] : [];
}

export function requestOf({ door, method, path, query, headers, body }: Draft): RawRequest {
  const base = { door, method, target: target(path, query) };
  if (body === undefined) return { ...base, headers };
  return { ...base, headers: [...headers, ['content-type', 'application/json']], body: JSON.stringify(body) };
}

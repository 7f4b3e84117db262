import type { Entity } from '@graphtail/facts';
import { added, folded, nodeNamed, related } from './facts.ts';

/**
 * A web client and its server, by hand:
 *
 *     src/page.ts ── showUser ──calls──▶ src/api.ts ── fetchUser ──seam──▶ GET /users/{id} ──references──▶ getUserById
 *                                                      │                                                      │ calls
 *                                                      ▼ calls                                                ▼
 *                                                    parseBody ◀────────calls──────────────────────────── loadUser ──▶ itself
 */
export const SHOW = 'src/page.ts#showUser';
export const FETCH = 'src/api.ts#fetchUser';
export const PARSE = 'src/api.ts#parseBody';
export const ROUTE = 'server/users.ts#GET /users/{id}';
export const HANDLER = 'server/users.ts#getUserById';
export const LOAD = 'server/users.ts#Store.loadUser';
export const STORE = 'server/users.ts#Store';

export const ENTITIES: readonly Entity[] = [
  nodeNamed('src/page.ts'),
  nodeNamed(SHOW, { docstring: 'Shows who is signed in.', start_line: 5, complexity: 12, is_exported: true }),
  nodeNamed('src/api.ts', { content_hash: 'c1' }),
  nodeNamed(FETCH, { signature: 'fetchUser(id: string): Promise<User>', is_async: true, is_exported: true, complexity: 3 }),
  nodeNamed(PARSE, { docstring: 'Turns a response body into a user.\nThrows on malformed input.' }),
  nodeNamed('server/users.ts'),
  nodeNamed(ROUTE, { node_type: 'route', name: 'GET /users/{id}', http_method: 'GET', route_path: '/users/{id}' }),
  nodeNamed(HANDLER, { complexity: 7 }),
  nodeNamed(STORE, { node_type: 'class' }),
  nodeNamed(LOAD, { node_type: 'method', visibility: 'private' }),
  nodeNamed('test/page.spec.ts', { origin: 'test' }),
  nodeNamed('pkg:npm/react', { node_type: 'package', name: 'react', language: 'javascript' }),
  related('src/page.ts', 'contains', SHOW),
  related('src/api.ts', 'contains', FETCH),
  related('src/api.ts', 'contains', PARSE),
  related('src/page.ts', 'imports', 'src/api.ts'),
  related('src/page.ts', 'depends_on', 'pkg:npm/react'),
  related('test/page.spec.ts', 'imports', 'src/page.ts'),
  related('test/page.spec.ts', 'calls', SHOW, { confidence: 1, resolution: 'import', line_offset: 4 }),
  related(SHOW, 'calls', FETCH, { confidence: 1, resolution: 'import', line_offset: 2, count: 2 }),
  related(FETCH, 'calls', PARSE, { confidence: 1, resolution: 'local' }),
  related(FETCH, 'seam', ROUTE, { confidence: 0.9, resolution: 'path' }),
  related(ROUTE, 'references', HANDLER, { confidence: 1, resolution: 'argument' }),
  related(HANDLER, 'calls', LOAD, { confidence: 0.8, resolution: 'type' }),
  related(LOAD, 'calls', PARSE, { confidence: 0.5, resolution: 'name' }),
  related(LOAD, 'calls', LOAD, { confidence: 1, resolution: 'this' }),
  related(STORE, 'contains', LOAD),
];

export const smallGraph = () => folded(ENTITIES.map(added));

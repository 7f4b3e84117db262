import type { Analysed } from './code-base.ts';

/** Of each route: its ID, full path and handler. */
export function routesOf(analysed: Analysed): string[] {
  return [...analysed.nodes.values()]
    .filter(({ node_type }) => node_type === 'route')
    .map(({ id, route_path }) => `${id} ${String(route_path)} ${analysed.from(id, 'references').join(',')}`);
}

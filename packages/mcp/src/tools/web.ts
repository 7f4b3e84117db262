import { z } from 'zod';
import { Chain, Found, Seams } from '../answers.ts';
import { Refused } from '../ask.ts';
import { counted, edgeWords, nodeLine } from '../lines.ts';
import { Page } from '../page.ts';
import { resolve } from '../resolve.ts';
import { limit, reading, scopeOf, symbol, tool } from '../tool.ts';

/** Tools about requests: routes, the calls that they serve, and what a request runs through. */
export const WEB = [
  tool({
    name: 'routes',
    title: 'Routes of the servers',
    description: 'Lists HTTP routes: method, full path, the file that declares each.',
    input: { ...reading, path: z.string().max(256).optional().describe('a part of the route, such as /users'), limit: limit(50) },
    async run(ask, { path, limit: most, max_tokens, ...rest }) {
      const { results, total_count, as_of } = await ask.get(Found, '/api/graph/nodes/search', {
        ...scopeOf(rest),
        name: path,
        node_type: 'route',
        limit: most,
      });
      const lines = results.map((node) =>
        `${node.http_method ?? ''} ${node.route_path ?? node.name}  ${node.id}:${String(node.start_line)}`.trimStart(),
      );
      return new Page(max_tokens)
        .line(`${counted(total_count, 'route')} at ${as_of}`)
        .list('', 'routes', lines, total_count)
        .toString();
    },
  }),
  tool({
    name: 'seams',
    title: 'Calls across the network',
    description: 'Client calls and the routes that serve them: which function of the front end reaches which route of the back end.',
    input: { ...reading, limit: limit(50) },
    async run(ask, { limit: most, max_tokens, ...rest }) {
      const { seams, total, as_of } = await ask.get(Seams, '/api/graph/seams', { ...scopeOf(rest), limit: most });
      const lines = seams.map(
        (seam) => `${seam.source_id} ⇄ ${seam.target?.name ?? seam.target_id}  ${seam.target?.file_path ?? ''}  ${edgeWords(seam)}`,
      );
      return new Page(max_tokens)
        .line(`${counted(total, 'seam')} at ${as_of}`)
        .list('', 'seams', lines, total)
        .toString();
    },
  }),
  tool({
    name: 'trace',
    title: 'Trace a request',
    description:
      'Follows calls from a symbol onwards, or a route to its handler and what that calls, or a client call across the seam to the server. With direction in: what leads to it.',
    input: {
      ...reading,
      symbol: symbol.describe('where to begin: an id, a name, or a route such as GET /users/{id}'),
      direction: z.enum(['out', 'in']).default('out'),
      max_depth: z.int().min(1).max(20).default(5),
      limit: limit(60),
    },
    async run(ask, { symbol: given, direction, max_depth, limit: most, max_tokens, ...rest }) {
      const scope = scopeOf(rest);
      const { node, told } = await resolve(ask, given, scope);
      const query = { ...scope, direction, max_depth, limit: most };
      const { chain, edges, total, as_of, truncated } = await ask.get(Chain, `/api/graph/call-chain/${encodeURIComponent(node.id)}`, query);
      const page = new Page(max_tokens);
      if (told !== '') page.line(told);
      page.line(
        `${counted(total - 1, 'step')} ${direction === 'out' ? 'from' : 'to'} ${node.id} at ${as_of}${truncated ? '; the search was cut' : ''}`,
      );
      const by = new Map(edges.map((edge) => [direction === 'out' ? edge.target_id : edge.source_id, edge]));
      const lines = chain.map((each) => {
        const edge = by.get(each.id);
        const line = `${'  '.repeat(each.depth)}${nodeLine(each)}`;
        if (edge === undefined || each.depth === 0) return line;
        const end = direction === 'out' ? ` from ${edge.source_id}` : ` → ${edge.target_id}`;
        return `${line}  ${edgeWords(edge)}${each.depth > 1 ? end : ''}`;
      });
      page.list('', 'steps', lines, total);
      if (node.node_type === 'route' && direction === 'out') {
        const callers = await ask
          .get(Chain, `/api/graph/call-chain/${encodeURIComponent(node.id)}`, { ...scope, direction: 'in', max_depth: 2, limit: 20 })
          .catch((error: unknown) => {
            if (error instanceof Refused) return undefined;
            throw error;
          });
        page.list(
          'called by:',
          'callers',
          (callers?.chain.slice(1) ?? []).map((each) => nodeLine(each)),
          (callers?.total ?? 1) - 1,
        );
      }
      return page.toString();
    },
  }),
];

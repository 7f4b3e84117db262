import { NODE_TYPES } from '@graphtail/facts';
import { z } from 'zod';
import { Category, Found, NodeDetails, Outline, Source } from '../answers.ts';
import { Refused, type Ask } from '../ask.ts';
import { counted, nodeLine } from '../lines.ts';
import { Page } from '../page.ts';
import { resolve } from '../resolve.ts';
import { limit, reading, scopeOf, symbol, tool } from '../tool.ts';

/** Relationships of one type and direction that `node` lists. */
const LISTED = 8;

/** Tools that find nodes and show them. */
export const FIND = [
  tool({
    name: 'search',
    title: 'Search the code',
    description:
      'Finds functions, classes, files, routes and other symbols by name, words of their docs or signatures, or path. Start here.',
    input: {
      ...reading,
      query: z.string().min(1).max(512).describe('a name or part of one (camelCase initials too), or words'),
      in: z.enum(['names', 'everything']).default('names').describe('everything: docstrings, signatures and paths too'),
      node_type: z.enum(NODE_TYPES).optional(),
      path: z.string().max(256).optional().describe('only files that match: a glob such as src/**/*.ts, or a part of the path'),
      limit: limit(20),
    },
    async run(ask, { query, in: where, node_type, path, limit: most, max_tokens, ...rest }) {
      const scope = scopeOf(rest);
      const search = (by: 'name' | 'q') =>
        ask.get(Found, '/api/graph/nodes/search', { ...scope, [by]: query, node_type, path, limit: most });
      let found = await search(where === 'names' ? 'name' : 'q');
      const isWider = where === 'names' && found.total_count === 0;
      if (isWider) found = await search('q');
      const page = new Page(max_tokens).line(
        `${counted(found.total_count, 'match', 'matches')} for ${query}${isWider ? ' (none by name; in docs and paths)' : ''} at ${found.as_of}`,
      );
      return page
        .list(
          '',
          'matches',
          found.results.map((node) => nodeLine(node)),
          found.total_count,
        )
        .toString();
    },
  }),
  tool({
    name: 'node',
    title: 'Show a symbol',
    description: 'Shows a symbol: signature, docs, its source lines, and how it is related (calls, callers, parents, uses).',
    input: { ...reading, symbol, source: z.boolean().default(true).describe('with its source lines') },
    async run(ask, { symbol: given, source, max_tokens, ...rest }) {
      const scope = scopeOf(rest);
      const { node, told } = await resolve(ask, given, scope);
      const details = await ask.get(NodeDetails, `/api/graph/nodes/${encodeURIComponent(node.id)}`, { ...scope, limit: LISTED });
      const page = new Page(max_tokens);
      if (told !== '') page.line(told);
      page.line(`${nodeLine(node, counted(details.degree, 'relationship'))} at ${details.as_of}`);
      if (node.signature !== undefined) page.line(node.signature);
      if (node.docstring !== undefined) page.line(node.docstring);
      for (const [type, { out, in: into, out_count: outCount, in_count: inCount }] of Object.entries(details.relationships)) {
        const items = (words: string[], total: number) =>
          `${words.join(', ')}${total > words.length ? ` and ${String(total - words.length)} more` : ''}`;
        if (outCount > 0)
          page.line(
            `${type} → ${items(
              out.map((edge) => edge.target_id),
              outCount,
            )}`,
          );
        if (inCount > 0)
          page.line(
            `${type} ← ${items(
              into.map((edge) => edge.source_id),
              inCount,
            )}`,
          );
      }
      if (source) await addSource(ask, page, node.id, scope);
      return page.toString();
    },
  }),
  tool({
    name: 'outline',
    title: 'Outline of a file',
    description: 'Lists what a file declares, by line, nested, with signatures. Cheaper than reading the file.',
    input: { ...reading, path: z.string().min(1).max(4096).describe('the path of the file, from the root') },
    async run(ask, { path, max_tokens, ...rest }) {
      const scope = scopeOf(rest);
      const { file, nodes, total, as_of } = await ask.get(Outline, '/api/graph/outline', { ...scope, path });
      const lines = nodes.map((node) => {
        const name = node.signature ?? node.name;
        return `${'  '.repeat(node.depth)}${String(node.start_line)}-${String(node.end_line)} ${node.node_type} ${oneLine(name)}`;
      });
      return new Page(max_tokens)
        .line(`${nodeLine(file)} at ${as_of}`)
        .list('', 'symbols', lines, total)
        .toString();
    },
  }),
  tool({
    name: 'hubs',
    title: 'Hubs of the code',
    description: 'The most connected, most complex or largest functions and classes: where to begin reading, where a change costs most.',
    input: {
      ...reading,
      by: z.enum(['degree', 'pagerank', 'complexity', 'line_count']).default('degree').describe('pagerank: what important code depends on'),
      limit: limit(20),
    },
    async run(ask, { by, limit: most, max_tokens, ...rest }) {
      const scope = scopeOf(rest);
      if (by === 'degree' || by === 'pagerank') {
        const { nodes, total, as_of } = await ask.get(Category, '/api/graph/categories/hubs', {
          ...scope,
          limit: most,
          exclude: 'test,generated,vendored,package',
          ...(by === 'pagerank' && { sort: by }),
        });
        const lines = nodes.map(({ pagerank, ...node }) => {
          const rank = pagerank === undefined ? '' : `, PageRank ${pagerank.toPrecision(2)}`;
          return nodeLine(node, `${counted(node.degree, 'relationship')}${rank}`);
        });
        return new Page(max_tokens)
          .line(`${counted(total, 'hub')} at ${as_of}`)
          .list('', 'hubs', lines, total)
          .toString();
      }
      const found = await Promise.all(
        (['function', 'method'] as const).map((node_type) =>
          ask.get(Found, '/api/graph/nodes/search', { ...scope, node_type, sort: by, limit: most, exclude: 'test,generated,vendored' }),
        ),
      );
      const nodes = found.flatMap(({ results }) => results).sort((a, b) => b[by] - a[by]);
      const lines = nodes
        .slice(0, most)
        .map((node) => nodeLine(node, by === 'complexity' ? `complexity ${String(node.complexity)}` : `${String(node.line_count)} lines`));
      return new Page(max_tokens).line(`functions and methods by ${by} at ${found[0]!.as_of}`).list('', 'functions', lines).toString();
    },
  }),
];

async function addSource(ask: Ask, page: Page, id: string, scope: { graph?: string | undefined; at?: string | undefined }): Promise<void> {
  try {
    const { lines, start_line, truncated } = await ask.get(Source, `/api/graph/source/${encodeURIComponent(id)}`, scope);
    page.list(
      'source:',
      'source lines',
      lines.map((line, index) => `${String(start_line + index)}\t${line}`),
    );
    if (truncated) page.line('(the source is longer)');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    page.line(`(no source: ${error.message})`);
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}

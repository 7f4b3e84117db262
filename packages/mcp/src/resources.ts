import { ResourceTemplate, type McpServer } from '@modelcontextprotocol/server';
import { Graphs, NodeDetails, Outline, Source, Stats } from './answers.ts';
import type { Ask } from './ask.ts';
import { figures, nodeLine } from './lines.ts';

/** The resources' addresses. `overview` is about every graph. */
export const OVERVIEW = 'graphtail://overview';
export const fileAddress = (graph: string, path: string): string => `graphtail://${graph}/file/${encodeURIComponent(path)}`;
export const nodeAddress = (graph: string, id: string): string => `graphtail://${graph}/node/${encodeURIComponent(id)}`;

const QUESTIONS = [
  'Who calls it? callers with symbol',
  'What breaks if I change it? impact with symbols; what I changed so far: impact with from',
  'How is this request handled? routes, then trace with the route',
  'How does the client reach this handler? trace with direction in',
  'Who depends on this package? references with symbol pkg:npm/NAME',
  'Which classes extend it? references with symbol',
  'What is in this file? outline with path',
  'Where is the most complex code? hubs by complexity',
  'How does A reach B? path with from and to',
  'What can be deleted? dead_code',
  'What imports itself? cycles, at level file, folder or package',
  'What changed since I looked? changed_since with the last cursor',
  'Which tests cover it? impact with symbols, section "tests to run"',
  'Does the graph know my last save? wait_until',
];

export function addResources(server: McpServer, ask: Ask): void {
  const text = (uri: URL, content: string) => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: content }] });

  server.registerResource(
    'overview',
    OVERVIEW,
    { title: 'Overview', description: 'The graphs, their size and languages', mimeType: 'text/plain' },
    async (uri) => {
      const { graphs } = await ask.get(Graphs, '/api/graphs');
      const parts = await Promise.all(
        graphs.map(
          async ({ name, root }) => `${overviewOf(name, await ask.get(Stats, '/api/graph/stats', { graph: name }))}\nroot: ${root}`,
        ),
      );
      return text(uri, parts.join('\n\n'));
    },
  );

  server.registerResource(
    'questions',
    'graphtail://questions',
    { title: 'Questions', description: 'Which tool answers which question', mimeType: 'text/plain' },
    (uri) => text(uri, QUESTIONS.join('\n')),
  );

  const file = new ResourceTemplate('graphtail://{graph}/file/{path}', { list: undefined });
  server.registerResource(
    'file',
    file,
    { title: 'A file', description: 'Its outline', mimeType: 'text/plain' },
    async (uri, { graph, path }) => {
      const answer = await ask.get(Outline, '/api/graph/outline', { graph: one(graph), path: one(path) });
      const lines = answer.nodes.map(
        (node) => `${'  '.repeat(node.depth)}${String(node.start_line)} ${node.node_type} ${node.signature ?? node.name}`,
      );
      return text(uri, [nodeLine(answer.file), ...lines].join('\n'));
    },
  );

  const node = new ResourceTemplate('graphtail://{graph}/node/{id}', { list: undefined });
  server.registerResource(
    'node',
    node,
    { title: 'A symbol', description: 'Its relationships and its source', mimeType: 'text/plain' },
    async (uri, { graph, id }) => {
      const path = encodeURIComponent(one(id));
      const details = await ask.get(NodeDetails, `/api/graph/nodes/${path}`, { graph: one(graph) });
      const source = await ask.get(Source, `/api/graph/source/${path}`, { graph: one(graph) });
      const related = Object.entries(details.relationships).map(
        ([type, { out_count, in_count }]) => `${type}: ${String(out_count)} out, ${String(in_count)} in`,
      );
      return text(uri, [nodeLine(details.node), ...related, '', ...source.lines].join('\n'));
    },
  );
}

function overviewOf(graph: string, stats: ReturnType<typeof Stats.parse>): string {
  return [
    `${graph} at ${stats.as_of}: ${String(stats.total_nodes)} nodes, ${String(stats.total_relationships)} relationships, ${String(stats.seam_count)} seams, digest ${stats.state_digest}`,
    `languages: ${figures(stats.languages)}`,
    `nodes: ${figures(stats.node_types)}`,
    `relationships: ${figures(stats.relationship_types)}`,
  ].join('\n');
}

/** A variable of an address, decoded. */
function one(value: string | string[] | undefined): string {
  return decodeURIComponent([value ?? ''].flat().join('/'));
}

import { NODE_TYPES, fileId, pathField, type GraphNode } from '@graphtail/facts';
import { Problem, text, truth } from '@graphtail/runtime';
import { z } from 'zod';
import type { Projection } from '../../projection/projection.ts';
import { exported, wholeState } from '../../queries/export.ts';
import { FILE_STATUSES, files } from '../../queries/files.ts';
import { nodeOrThrow } from '../../queries/lookup.ts';
import { pageFields } from '../fields.ts';
import { count, page, wholeGraph } from '../results.ts';
import { StreamedAnswer, read } from '../route.ts';
import { linesOf, sizeUnder } from '../source-file.ts';

const MAX_LINES = 5000;
const language = text(64, 'of files in this language').optional();

const FileAnswer = z
  .object({
    id: z.string(),
    path: z.string(),
    language: z.string(),
    line_count: count,
    symbols: count,
    status: z.enum(FILE_STATUSES),
    reason: z.string().nullable().describe('why it failed or was skipped'),
    content_hash: z.string().nullable(),
    size: count.nullable().describe('bytes; null if the file on disk differs from the one at the requested offset'),
  })
  .meta({ id: 'File' });

/** Queries for whole states, and for the files and source lines that nodes describe. */
export const CONTENTS = [
  read({
    method: 'get',
    path: '/api/graph/snapshot',
    summary: 'The whole state at an offset; NDJSON if the client accepts it',
    result: wholeGraph,
    lines: true,
    needs: () => [],
    isHeavy: () => true,
    answer: ({ projection, budget }) => {
      const { nodes, relationships, ...counts } = wholeState(projection, budget);
      return new StreamedAnswer({ fields: { state_digest: projection.digest, ...counts }, lists: { nodes, relationships } });
    },
  }),
  read({
    method: 'get',
    path: '/api/graph/export',
    summary: 'The graph, filtered, in one answer; NDJSON if the client accepts it',
    query: {
      include_packages: truth(true, 'external packages, the standard library among them'),
      include_tests: truth(true, 'nodes in files of tests'),
      include_private: truth(true, 'nodes whose visibility is private'),
      language,
      node_type: z.enum(NODE_TYPES).optional(),
      path: pathField.optional(),
    },
    result: wholeGraph,
    lines: true,
    needs: ({ path }) => (path === undefined ? [] : ['files']),
    isHeavy: () => true,
    narrow: { field: 'path', hint: 'export one part of the graph' },
    answer: ({ projection, query, budget }) => {
      const { nodes, relationships, ...counts } = exported(projection, query, budget);
      return new StreamedAnswer({ fields: { state_digest: projection.digest, ...counts }, lists: { nodes, relationships } });
    },
  }),
  read({
    method: 'get',
    path: '/api/graph/files',
    summary: 'Every file: language, size in bytes, status, reason',
    query: { language, path: pathField.optional(), status: z.enum(FILE_STATUSES).optional(), ...pageFields(100, 1000) },
    result: { files: z.array(FileAnswer), failed_count: count, skipped_count: count, ...page },
    tag: 'content',
    needs: () => ['files'],
    narrow: { field: 'path', hint: 'list one part of the files' },
    answer: async ({ root, projection, current, query, budget }) => {
      const asOf = projection.cursor;
      const listed = files(projection, query, budget);
      // The log holds no sizes. The disk knows a file's present size, which is the size at `at` only if the content is the same.
      const now = await current();
      const isAsNow = ({ path, content_hash: then }: { path: string; content_hash: string | null }): boolean =>
        asOf === now.cursor || (then !== null && now.node(fileId(path))?.content_hash === then);
      const sizes = await Promise.all(listed.files.map(async (file) => (isAsNow(file) ? sizeUnder(root, file.path) : null)));
      return { ...listed, files: listed.files.map((file, index) => ({ ...file, size: sizes[index] ?? null })) };
    },
  }),
  read({
    method: 'get',
    path: '/api/graph/source/{id}',
    summary: "A node's lines, from the analysed root",
    result: {
      ...{ id: z.string(), name: z.string(), file_path: z.string(), language: z.string(), start_line: count, end_line: count },
      lines: z.array(z.string()).max(MAX_LINES),
      truncated: z.boolean(),
    },
    tag: 'content',
    problems: ['NOT_FOUND', 'FORBIDDEN'],
    needs: () => [],
    answer: async ({ root, projection, current, id }) => {
      const node = nodeOrThrow(projection, id);
      const { name, file_path, language, start_line } = node;
      if (node.node_type === 'package') throw new Problem(404, 'NOT_FOUND', `${id} is an external package: it has no source here.`);
      await assertUnchanged(projection, current, node);
      const lines = await linesOf(root, file_path);
      const wanted = lines.slice(start_line - 1, node.end_line);
      const shown = wanted.slice(0, MAX_LINES);
      const end_line = start_line + shown.length - 1;
      return { id, name, file_path, language, start_line, end_line, lines: shown, truncated: shown.length < wanted.length };
    },
  }),
];

/** The disk has only the present content of a file. If the content at the requested offset was different, its lines are lost. */
async function assertUnchanged(projection: Projection, current: () => Promise<Projection>, node: GraphNode): Promise<void> {
  const asOf = projection.cursor;
  const hashIn = (state: Projection): string | undefined => state.node(fileId(node.file_path))?.content_hash;
  const then = hashIn(projection);
  const now = await current();
  if (now.cursor === asOf || (then !== undefined && then === hashIn(now))) return;
  throw new Problem(404, 'NOT_FOUND', `at: ${node.file_path} has changed since ${asOf}; its old lines are not kept.`, {
    field: 'at',
  });
}

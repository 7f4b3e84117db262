import { SKIPPED, type GraphNode } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { nodeFilter } from './node-filter.ts';
import { pageOf, type PageRequest } from './page.ts';

/** `failed`: it can't be read, or not all of it can be parsed; `symbols` tells how many were found all the same. `skipped`: by rule. */
export const FILE_STATUSES = ['analysed', 'failed', 'skipped'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

export type FilesRequest = PageRequest & {
  readonly language?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: FileStatus | undefined;
};

/** Every file of the graph by path, with what became of it; `reason` says why one failed or was skipped. */
export function files(projection: Projection, request: FilesRequest) {
  const admits = nodeFilter(projection, { language: request.language, path: request.path, node_type: 'file' });
  const all = [...projection.files.terms()]
    .map((term) => term.text)
    .sort(byText)
    .flatMap((path) => fileAt(projection, path))
    .filter((file) => admits?.(file) !== false && (request.status === undefined || statusOf(file) === request.status));
  const { page, items } = pageOf(all, request);
  const count = (status: FileStatus): number => all.filter((file) => statusOf(file) === status).length;
  const counts = { failed_count: count('failed'), skipped_count: count('skipped') };
  return { files: items.map((file) => described(projection, file)), ...counts, ...page };
}

/** The node of the file at a path; none where only the file's symbols are known. */
function fileAt(projection: Projection, path: string): GraphNode[] {
  const ids = projection.files.term(path)?.ids ?? [];
  for (const id of ids) {
    const node = projection.node(id);
    if (node?.node_type === 'file') return [node];
  }
  return [];
}

function described(projection: Projection, file: GraphNode) {
  const { id, file_path: path, language, line_count, content_hash } = file;
  const symbols = (projection.files.term(path)?.ids.size ?? 1) - 1;
  return {
    id,
    path,
    language,
    line_count,
    symbols,
    status: statusOf(file),
    reason: reasonOf(file),
    content_hash: content_hash ?? null,
  };
}

function statusOf({ parse_error: trouble }: GraphNode): FileStatus {
  if (trouble === undefined) return 'analysed';
  return trouble.startsWith(SKIPPED) ? 'skipped' : 'failed';
}

function reasonOf({ parse_error: trouble }: GraphNode): string | null {
  if (trouble === undefined) return null;
  return trouble.startsWith(SKIPPED) ? trouble.slice(SKIPPED.length) : trouble;
}

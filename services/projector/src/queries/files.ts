import type { GraphNode } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { nodeFilter } from './node-filter.ts';
import { pageOf, type PageRequest } from './page.ts';

export const FILE_STATUSES = ['analysed', 'failed'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

export type FilesRequest = PageRequest & {
  readonly language?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: FileStatus | undefined;
};

/** Every file of the graph by path, with what became of it; `reason` says why one failed. */
export function files(projection: Projection, request: FilesRequest) {
  const admits = nodeFilter(projection, { language: request.language, path: request.path, node_type: 'file' });
  const all = [...projection.files.terms()]
    .map((term) => term.text)
    .sort(byText)
    .flatMap((path) => fileAt(projection, path))
    .filter((file) => admits?.(file) !== false && (request.status === undefined || statusOf(file) === request.status));
  const { page, items } = pageOf(all, request);
  const failed = all.filter((file) => statusOf(file) === 'failed').length;
  return { files: items.map((file) => described(projection, file)), failed_count: failed, ...page };
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
    reason: file.parse_error ?? null,
    content_hash: content_hash ?? null,
  };
}

function statusOf(file: GraphNode): FileStatus {
  return file.parse_error === undefined ? 'analysed' : 'failed';
}

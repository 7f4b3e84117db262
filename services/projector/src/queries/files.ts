import { SKIPPED, fileId, type GraphNode } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import { nodeFilter } from './node-filter.ts';
import type { PageRequest } from './page.ts';

/** `failed`: the file can't be read or fully parsed; `symbols` is the number of symbols found nevertheless. `skipped`: by rule. */
export const FILE_STATUSES = ['analysed', 'failed', 'skipped'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

export type FilesRequest = PageRequest & {
  readonly language?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: FileStatus | undefined;
};

/**
 * The graph's files by path, each with its status; `reason` says why a file failed or was skipped. `failed_count` and
 * `skipped_count` count all files of the graph, whatever the filter. @throws {OverBudget}
 */
export function files(projection: Projection, request: FilesRequest, budget: Budget) {
  const { limit, offset } = request;
  const admits = nodeFilter(projection, { language: request.language, path: request.path });
  const counts: Record<FileStatus, number> = { analysed: 0, failed: 0, skipped: 0 };
  const wanted: GraphNode[] = [];
  for (const { text: path } of projection.files.paths()) {
    const file = fileAt(projection, path, budget);
    if (file === undefined) continue;
    const status = statusOf(file);
    counts[status]++;
    if (admits?.(file) !== false && (request.status === undefined || request.status === status)) wanted.push(file);
  }
  const page = smallest(wanted, offset + limit, (a, b) => byText(a.file_path, b.file_path)).slice(offset);
  return {
    files: page.map((file) => described(projection, file)),
    failed_count: counts.failed,
    skipped_count: counts.skipped,
    total: wanted.length,
    limit,
    offset,
  };
}

/** The file node at a path; undefined if the graph holds only symbols of the file. */
function fileAt(projection: Projection, path: string, budget: Budget): GraphNode | undefined {
  budget.spend(1);
  const byId = projection.node(fileId(path));
  if (byId?.node_type === 'file') return byId;
  const ids = projection.files.nodesAt(path) ?? [];
  for (const id of ids) {
    budget.spend(1);
    const node = projection.node(id);
    if (node?.node_type === 'file') return node;
  }
  return undefined;
}

function described(projection: Projection, file: GraphNode) {
  const { id, file_path: path, language, line_count, content_hash } = file;
  const symbols = (projection.files.nodesAt(path)?.size ?? 1) - 1;
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

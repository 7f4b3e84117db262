import type { Fact } from '@graphtail/facts';
import { counted, figure } from './up/progress.ts';

type Completed = Extract<Fact, { event_type: 'analysis_completed' }>['data'];

/** The kinds of skipped files that are named; the others are counted. */
const NAMED = 3;
/** The languages that have a reader (docs/LANGUAGES.md). */
export const LANGUAGES = [
  'JavaScript',
  'TypeScript',
  'Vue',
  'Svelte',
  'Astro',
  'HTML',
  'Python',
  'Go',
  'Java',
  'Kotlin',
  'C#',
  'PHP',
  'Ruby',
  'Rust',
  'Lua',
];

/** What an analysis found, as a clause. @param files the number of files that it looked at; undefined if it is not known */
export function wordsForCompleted(data: Completed, files?: number): string {
  const { node_count, relationship_count, changes, duration_ms } = data;
  if (node_count === 0)
    return `nothing to read: no files of ${LANGUAGES.slice(0, -1).join(', ')} or ${LANGUAGES.at(-1) ?? ''}${skippedOf(data)}`;
  const looked = files === undefined ? '' : `${counted(files, 'file')}, `;
  const graph = `${counted(node_count, 'node')}, ${counted(relationship_count, 'relationship')}`;
  return `${looked}${graph}; ${counted(changes, 'change')} in ${(duration_ms / 1000).toFixed(1)} s${failedOf(data)}${skippedOf(data)}`;
}

function failedOf({ files_failed: failed }: Completed): string {
  return failed === 0 ? '' : `; ${figure(failed)} did not parse`;
}

/** `; 182 .elm skipped: no reader; 3 .js skipped: minified` */
function skippedOf({ skipped = [], files_skipped: total = 0 }: Completed): string {
  const named = skipped.slice(0, NAMED);
  const others = total - named.reduce((sum, { count }) => sum + count, 0);
  const byReason = Map.groupBy(named, ({ reason }) => reason);
  const parts = [...byReason].map(
    ([reason, kinds]) => `; ${kinds.map(({ kind, count }) => `${figure(count)} ${kind}`).join(', ')} skipped: ${reason}`,
  );
  return parts.join('') + (others > 0 ? `; ${counted(others, 'other file')} skipped` : '');
}

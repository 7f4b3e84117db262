import type { Impact } from '@graphtail/client';
import { counted } from '../../format/numbers.ts';

/** What a change may break, as a sentence: "17 nodes in 6 files, 2 routes and 1 seam; 4 tests cover it". */
export function wordsForImpact({ total, file_count, routes, seams, tests, truncated }: Impact): string {
  const outcomes = [
    total === 0 ? 'nothing else' : `${counted(total, 'node')} in ${counted(file_count, 'file')}`,
    ...(routes.length > 0 ? [counted(routes.length, 'route')] : []),
    ...(seams.length > 0 ? [counted(seams.length, 'seam')] : []),
  ];
  const listed = outcomes.length > 1 ? `${outcomes.slice(0, -1).join(', ')} and ${outcomes.at(-1) ?? ''}` : (outcomes[0] ?? '');
  const cover = tests.length === 0 ? 'no test reaches it' : `${counted(tests.length, 'test node')} to run`;
  return `A change may affect ${truncated ? 'at least ' : ''}${listed}; ${cover}.`;
}

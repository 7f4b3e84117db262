import { prepare } from '../folding/prepare.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { NotFound } from './not-found.ts';
import { similarNames } from './similar-names.ts';

const MOST = 5;

/**
 * Runs a query. If it does not find a node, the error gets the ids of the nodes with the most similar names.
 * @throws what the query throws
 */
export async function withNear<Answer>(projection: Projection, query: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await query();
  } catch (error) {
    if (!(error instanceof NotFound) || error.sought === undefined) throw error;
    await prepare(projection, ['names']);
    throw new NotFound(error.message, { near: nearTo(projection, error.sought) });
  }
}

/** The ids that a wrong id or symbol may mean, best first: those of similar names, and of these the ones in the same file first. */
export function nearTo(projection: Projection, sought: string): string[] {
  const [path = '', symbol] = sought.split('#');
  const name = symbol ?? path.slice(path.lastIndexOf('/') + 1);
  const found: { id: string; similarity: number; here: boolean }[] = [];
  for (const { term, similarity } of similarNames(projection.names, name))
    for (const id of term.ids) found.push({ id, similarity, here: id.startsWith(path) });
  found.sort((a, b) => b.similarity - a.similarity || Number(b.here) - Number(a.here) || byText(a.id, b.id));
  return [...new Set(found.map(({ id }) => id))].slice(0, MOST);
}

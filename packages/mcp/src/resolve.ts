import { Found, Related, Stats, type GraphNode } from './answers.ts';
import { Refused, type Ask } from './ask.ts';

export type Scope = { readonly graph?: string | undefined; readonly at?: string | undefined; readonly min_offset?: string | undefined };

/** A symbol's node. `told` says how a name was understood; it is empty if the symbol was an id. */
export type Resolved = { readonly node: GraphNode; readonly told: string };

const OTHERS = 5;

/**
 * The node that a symbol means: the one with that id, else the most used one with that qualified name or name.
 * @throws {Refused} with similar ids if there is none
 */
export async function resolve(ask: Ask, symbol: string, scope: Scope): Promise<Resolved> {
  try {
    const { matches, matches_total: total } = await ask.get(Related, '/api/graph/query/references', {
      ...scope,
      symbol,
      limit: 1,
      matches_limit: 100,
    });
    const [best, ...others] = matches.toSorted(
      (a, b) => Number(a.origin !== undefined) - Number(b.origin !== undefined) || b.count - a.count,
    );
    if (best!.id === symbol) return { node: best!, told: '' };
    if (others.length === 0) return { node: best!, told: `${symbol} is ${best!.id}.` };
    const some = others.slice(0, OTHERS).map(({ id }) => id);
    const more = total - 1 > some.length ? `, and ${String(total - 1 - some.length)} more` : '';
    return {
      node: best!,
      told: `${symbol} is taken as ${best!.id}, the most used of ${String(total)}. Others: ${some.join(', ')}${more}.`,
    };
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'NOT_FOUND') throw error;
    const { total_nodes: nodes } = await ask.get(Stats, '/api/graph/stats', scope);
    if (nodes === 0)
      throw new Refused(
        'The graph is empty so far: its first analysis is under way, or found no code. Ask again in a moment.',
        error,
        error,
      );
    const near = error.near.length > 0 ? error.near : await similar(ask, symbol, scope);
    const hint = near.length === 0 ? 'Use search to find it.' : `Near: ${near.join(', ')}`;
    throw new Refused(`Nothing is named ${symbol}. ${hint}`, { code: 'NOT_FOUND', near }, error);
  }
}

/** What search finds for the last part of a symbol. */
async function similar(ask: Ask, symbol: string, scope: Scope): Promise<string[]> {
  const name = symbol.split(/[#./:]/).findLast((part) => part !== '');
  if (name === undefined) return [];
  return (await ask.get(Found, '/api/graph/nodes/search', { ...scope, name, limit: OTHERS })).results.map(({ id }) => id);
}

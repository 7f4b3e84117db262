import { createHash } from 'node:crypto';
import type { Upstream } from './upstream.ts';

/** Who asks for a process. */
export type Wish = {
  /** Requests with the same key get the same process as long as that one can be used. */
  readonly key?: string | undefined;
  /** The process that must answer, because it has the session that the request belongs to. */
  readonly owner?: Upstream | undefined;
};

/** Numbers the choices, so that equally busy processes take turns. */
let turn = 0;

/**
 * Chooses one of the processes of a service: the one that has the session, else among the usable ones the one for the key (rendezvous
 * hashing: the others' keys stay where they are if one process goes), else the one with the fewest open requests.
 */
export function choose(candidates: readonly Upstream[], { key, owner }: Wish, now: number): Upstream | undefined {
  if (owner !== undefined && candidates.includes(owner)) return owner;
  const [first, ...others] = candidates;
  if (first === undefined || others.length === 0) return first;
  const best = Math.min(...candidates.map((each) => each.rank(now)));
  const usable = candidates.filter((each) => each.rank(now) === best);
  if (key !== undefined) return greatest(usable, (each) => weight(key, each.address));
  turn = (turn + 1) % 1_000_000;
  const rotated = usable.map((_, i) => usable[(i + turn) % usable.length]!);
  return greatest(rotated, (each) => -each.open);
}

function greatest(upstreams: readonly Upstream[], figure: (upstream: Upstream) => number): Upstream | undefined {
  let best: { readonly upstream: Upstream; readonly figure: number } | undefined;
  for (const upstream of upstreams) {
    const own = figure(upstream);
    if (best === undefined || own > best.figure) best = { upstream, figure: own };
  }
  return best?.upstream;
}

function weight(key: string, address: string): number {
  return createHash('md5').update(`${address} ${key}`).digest().readUInt32BE();
}

import type { GraphNode, Relationship } from '@graphtail/facts';
import type { Page, PageRequest } from './page.ts';
import { pageOf } from './page.ts';
import type { Walk } from './walk.ts';

export type WalkPage = {
  readonly nodes: readonly (GraphNode & { readonly depth: number })[];
  /** The edges whose later end is on this page. All pages together have each edge once. */
  readonly edges: readonly Relationship[];
  readonly page: Page;
};

/** One page of a walk's nodes, with the edges that connect them to one another and to the pages before. */
export function walkPage({ reached, edges }: Walk, request: PageRequest): WalkPage {
  const { page, items } = pageOf(reached, request);
  const places = new Map(reached.map(({ node }, place) => [node.id, place]));
  const isHere = ({ source_id, target_id }: Relationship): boolean => {
    const place = Math.max(places.get(source_id) ?? -1, places.get(target_id) ?? -1);
    return place >= request.offset && place < request.offset + request.limit;
  };
  return {
    nodes: items.map(({ node, depth }) => ({ ...node, depth })),
    edges: items.length === reached.length ? edges : edges.filter(isHere),
    page,
  };
}

import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { pageOf, type PageRequest } from './page.ts';

/** Every seam with both its ends: the calling function and the route that serves it. */
export function seams(projection: Projection, request: PageRequest) {
  const { page, items } = pageOf(projection.adjacency.all('seam').sort(byText), request);
  return {
    seams: items.flatMap((id) => {
      const relationship = projection.relationship(id);
      if (relationship === undefined) return [];
      return [{ ...relationship, source: projection.node(relationship.source_id), target: projection.node(relationship.target_id) }];
    }),
    ...page,
  };
}

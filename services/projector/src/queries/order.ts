import type { GraphNode } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';

/** What a list of nodes can be sorted by: texts in ascending order, figures from the highest down. */
export const SORTS = ['name', 'path', 'complexity', 'line_count', 'degree'] as const;
export type Sort = (typeof SORTS)[number];

type Compare = (a: GraphNode, b: GraphNode) => number;

/** Compares two nodes for a sorted list; equal ones are in the order of their ids. `degree` needs the index `degrees`. */
export function orderBy(projection: Projection, sort: Sort): Compare {
  const compare = comparison(projection, sort);
  return (a, b) => compare(a, b) || byText(a.id, b.id);
}

function comparison(projection: Projection, sort: Sort): Compare {
  switch (sort) {
    case 'name':
      return (a, b) => byText(a.name, b.name);
    case 'path':
      return (a, b) => byText(a.file_path, b.file_path) || a.start_line - b.start_line;
    case 'complexity':
    case 'line_count':
      return (a, b) => b[sort] - a[sort];
    case 'degree':
      return (a, b) => projection.degrees.of(b.id).total - projection.degrees.of(a.id).total;
  }
}

import { RELATIONSHIP_TYPES } from '@graphtail/facts';
import fc from 'fast-check';
import { FETCH, HANDLER, LOAD, PARSE, ROUTE, SHOW, smallGraph } from '../../testing/small-graph.ts';
import { added, folded, nodeNamed, related } from '../../testing/facts.ts';
import { traverse, type TraverseRequest } from './traverse.ts';
import { MAX_WALK, breadthFirst, depthFirst } from './walk.ts';

const graph = smallGraph();
const walk = (request: Partial<TraverseRequest>) =>
  traverse(graph, { start_node: SHOW, query_type: 'bfs', direction: 'out', max_depth: 3, include_seams: true, ...request });
const withDepth = (answer: ReturnType<typeof walk>) => answer.nodes.map((node) => `${String(node.depth)} ${node.id}`);

describe('traverse', () => {
  it('walks breadth first with real depths and real relationships', () => {
    const answer = walk({ max_depth: 2 });
    expect(withDepth(answer)).toEqual([`0 ${SHOW}`, `1 ${FETCH}`, `2 ${PARSE}`, `2 ${ROUTE}`]);
    expect(answer.edges.every((edge) => graph.relationship(edge.id) === edge)).toBeTrue();
    expect(answer.stats).toEqual({ node_count: 4, edge_count: 3, max_depth_reached: 2, seam_count: 1, truncated: false });
  });

  it('walks depth first', () => {
    expect(walk({ query_type: 'dfs', max_depth: 10 }).nodes.map((node) => node.id)).toEqual([SHOW, FETCH, PARSE, ROUTE, HANDLER, LOAD]);
  });

  it('follows only the types it is told', () => {
    expect(walk({ start_node: 'src/page.ts', relationship_types: ['imports'] }).nodes.map((node) => node.id)).toEqual([
      'src/page.ts',
      'src/api.ts',
    ]);
  });

  it('leaves seams out where they are not wanted', () => {
    expect(walk({ include_seams: false, max_depth: 10 }).nodes.map((node) => node.id)).toEqual([SHOW, FETCH, PARSE]);
  });

  it('as a call chain follows calls, not what contains or imports', () => {
    expect(walk({ query_type: 'call_chain', start_node: HANDLER, direction: 'in', max_depth: 3 }).nodes.map((node) => node.id)).toEqual([
      HANDLER,
      ROUTE,
      FETCH,
      SHOW,
    ]);
  });

  it('goes both ways where asked', () => {
    expect(walk({ start_node: ROUTE, direction: 'both', max_depth: 1 }).nodes.map((node) => node.id)).toEqual([ROUTE, HANDLER, FETCH]);
  });

  it('at depth 0 stays where it is', () => {
    expect(withDepth(walk({ max_depth: 0 }))).toEqual([`0 ${SHOW}`]);
  });

  it('stops at its bound, and says so', () => {
    const leaves = Array.from({ length: MAX_WALK + 10 }, (_, i) => `a.ts#f${String(i)}`);
    const wide = folded([
      added(nodeNamed('a.ts')),
      ...leaves.flatMap((id) => [added(nodeNamed(id)), added(related('a.ts', 'contains', id))]),
    ]);
    for (const query_type of ['bfs', 'dfs'] as const) {
      const { stats } = traverse(wide, { start_node: 'a.ts', query_type, direction: 'out', max_depth: 1, include_seams: true });
      expect([stats.node_count, stats.truncated]).toEqual([MAX_WALK, true]);
    }
  });

  it('reaches depth first exactly what it reaches breadth first', () => {
    const ids = ['a#a', 'a#b', 'a#c', 'a#d', 'a#e', 'a#f'];
    const edge = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids));
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 15 }), fc.nat(4), (pairs, maxDepth) => {
        const any = folded([...ids.map((id) => added(nodeNamed(id))), ...pairs.map(([a, b]) => added(related(a, 'calls', b)))]);
        const request = { start: nodeNamed('a#a'), direction: 'out' as const, maxDepth, typesFrom: () => RELATIONSHIP_TYPES };
        const [wide, deep] = [breadthFirst(any, request), depthFirst(any, request)];
        const sorted = (reached: typeof wide.reached) => reached.map(({ node, depth }) => `${node.id} ${String(depth)}`).sort();
        expect(sorted(deep.reached)).toEqual(sorted(wide.reached));
        expect(deep.edges.map((each) => each.id).sort()).toEqual(wide.edges.map((each) => each.id).sort());
      }),
    );
  });
});

import { RELATIONSHIP_TYPES } from '@graphtail/facts';
import fc from 'fast-check';
import { FETCH, HANDLER, LOAD, PARSE, ROUTE, SHOW, smallGraph } from '../../testing/small-graph.ts';
import { added, folded, nodeNamed, related } from '../../testing/facts.ts';
import { Budget, OverBudget } from './budget.ts';
import { traverse, type TraverseRequest } from './traverse.ts';
import { MAX_WALK, MAX_WALK_RELATIONSHIPS, breadthFirst, depthFirst } from './walk.ts';

const WALK = { query_type: 'bfs', direction: 'out', max_depth: 3, include_seams: true, limit: MAX_WALK, offset: 0 } as const;
const graph = smallGraph();
const ample = () => new Budget(1e7);
const walk = (request: Partial<TraverseRequest>) => traverse(graph, { ...WALK, start_node: SHOW, ...request }, ample());
const withDepth = (answer: ReturnType<typeof walk>) => answer.nodes.map((node) => `${String(node.depth)} ${node.id}`);

describe('traverse', () => {
  it('walks breadth-first, with real depths and real relationships', () => {
    const answer = walk({ max_depth: 2 });
    expect(withDepth(answer)).toEqual([`0 ${SHOW}`, `1 ${FETCH}`, `2 ${PARSE}`, `2 ${ROUTE}`]);
    expect(answer.edges).toEqual(answer.edges.map(({ id }) => graph.relationship(id)!));
    expect(answer.stats).toEqual({ node_count: 4, edge_count: 3, max_depth_reached: 2, seam_count: 1, truncated: false });
  });

  it('walks depth-first', () => {
    expect(walk({ query_type: 'dfs', max_depth: 10 }).nodes.map((node) => node.id)).toEqual([SHOW, FETCH, PARSE, ROUTE, HANDLER, LOAD]);
  });

  it('follows only the requested relationship types', () => {
    expect(walk({ start_node: 'src/page.ts', relationship_types: ['imports'] }).nodes.map((node) => node.id)).toEqual([
      'src/page.ts',
      'src/api.ts',
    ]);
  });

  it('leaves out seams if the request says so', () => {
    expect(walk({ include_seams: false, max_depth: 10 }).nodes.map((node) => node.id)).toEqual([SHOW, FETCH, PARSE]);
  });

  it('as a call chain follows calls, but not contains or imports', () => {
    expect(walk({ query_type: 'call_chain', start_node: HANDLER, direction: 'in', max_depth: 3 }).nodes.map((node) => node.id)).toEqual([
      HANDLER,
      ROUTE,
      FETCH,
      SHOW,
    ]);
  });

  it('goes in both directions if requested', () => {
    expect(walk({ start_node: ROUTE, direction: 'both', max_depth: 1 }).nodes.map((node) => node.id)).toEqual([ROUTE, HANDLER, FETCH]);
  });

  it('returns only the start node at depth 0', () => {
    expect(withDepth(walk({ max_depth: 0 }))).toEqual([`0 ${SHOW}`]);
  });

  it('stops at its limit of nodes, and says so', () => {
    const leaves = Array.from({ length: MAX_WALK + 10 }, (_, i) => `a.ts#f${String(i)}`);
    const wide = folded([
      added(nodeNamed('a.ts')),
      ...leaves.flatMap((id) => [added(nodeNamed(id)), added(related('a.ts', 'contains', id))]),
    ]);
    for (const query_type of ['bfs', 'dfs'] as const) {
      const { stats } = traverse(wide, { ...WALK, start_node: 'a.ts', query_type, max_depth: 1 }, ample());
      expect([stats.node_count, stats.truncated]).toEqual([MAX_WALK, true]);
    }
  });

  it('reaches exactly the same nodes depth-first as breadth-first', () => {
    const ids = ['a#a', 'a#b', 'a#c', 'a#d', 'a#e', 'a#f'];
    const edge = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids));
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 15 }), fc.nat(4), (pairs, maxDepth) => {
        const any = folded([...ids.map((id) => added(nodeNamed(id))), ...pairs.map(([a, b]) => added(related(a, 'calls', b)))]);
        const request = {
          starts: [nodeNamed('a#a')],
          direction: 'out' as const,
          maxDepth,
          typesFrom: () => RELATIONSHIP_TYPES,
          budget: ample(),
        };
        const [wide, deep] = [breadthFirst(any, request), depthFirst(any, request)];
        const sorted = (reached: typeof wide.reached) => reached.map(({ node, depth }) => `${node.id} ${String(depth)}`).sort();
        expect(sorted(deep.reached)).toEqual(sorted(wide.reached));
        expect(deep.edges.map((each) => each.id).sort()).toEqual(wide.edges.map((each) => each.id).sort());
      }),
    );
  });

  it('looks at each node once, and at each relationship once from either end, also depth-first', () => {
    // Layers that are wired completely: the number of ways doubles and doubles, the graph has 340 relationships.
    const layers = Array.from({ length: 20 }, (_, layer) => [0, 1, 2, 3].map((i) => `a.ts#n${String(layer)}_${String(i)}`));
    const wired = layers.flatMap((layer, index) =>
      layer.flatMap((from) => (layers[index + 1] ?? []).map((to) => related(from, 'calls', to))),
    );
    const mesh = folded([...layers.flat().map((id) => added(nodeNamed(id))), ...wired.map(added)]);
    const work = layers.flat().length + 2 * wired.length;
    for (const query_type of ['bfs', 'dfs'] as const) {
      const request = { ...WALK, start_node: 'a.ts#n0_0', query_type, direction: 'both' as const, max_depth: 50 };
      expect(traverse(mesh, request, new Budget(work)).nodes.length).toBe(80);
      expect(() => traverse(mesh, request, new Budget(work / 2))).toThrowError(OverBudget);
    }
  });

  it('lists each node before the nodes that it leads to when it walks depth-first', () => {
    const edges = [
      ['a', 'b'],
      ['a', 'd'],
      ['b', 'c'],
      ['c', 'd'],
      ['d', 'e'],
    ] as const;
    const shortcut = folded([
      ...['a', 'b', 'c', 'd', 'e'].map((name) => added(nodeNamed(`x#${name}`))),
      ...edges.map(([from, to]) => added(related(`x#${from}`, 'calls', `x#${to}`))),
    ]);
    const { nodes } = traverse(shortcut, { ...WALK, start_node: 'x#a', query_type: 'dfs', max_depth: 10 }, ample());
    expect(nodes.map(({ name, depth }) => `${name} ${String(depth)}`)).toEqual(['a 0', 'b 1', 'c 2', 'd 1', 'e 2']);
  });

  it('stops at its limit of relationships, and says so', () => {
    const leaves = Array.from({ length: 300 }, (_, i) => `a.ts#f${String(i)}`);
    const callers = leaves.slice(0, 200);
    const dense = folded([
      ...leaves.map((id) => added(nodeNamed(id))),
      ...callers.flatMap((from) => leaves.map((to) => added(related(from, 'calls', to)))),
    ]);
    const { stats } = traverse(dense, { ...WALK, start_node: callers[0]!, max_depth: 2, direction: 'both' }, ample());
    expect([stats.node_count, stats.truncated, stats.edge_count <= MAX_WALK_RELATIONSHIPS]).toEqual([300, true, true]);
  });

  it('has every node and every edge on exactly one of its pages, and an edge never before its ends', () => {
    const whole = walk({ max_depth: 10, direction: 'both' });
    const known = new Set<string>();
    const edges: string[] = [];
    for (let offset = 0; offset < whole.total; offset += 3) {
      const page = walk({ max_depth: 10, direction: 'both', limit: 3, offset });
      for (const node of page.nodes) known.add(node.id);
      expect(page.edges.filter((edge) => !known.has(edge.source_id) || !known.has(edge.target_id))).toEqual([]);
      edges.push(...page.edges.map((edge) => edge.id));
      expect(page.stats).toEqual(whole.stats);
    }
    expect([...known]).toEqual(whole.nodes.map((node) => node.id));
    expect(edges.sort()).toEqual(whole.edges.map((edge) => edge.id).sort());
  });
});

import fc from 'fast-check';
import { FETCH, HANDLER, LOAD, PARSE, ROUTE, SHOW, STORE, smallGraph } from '../../testing/small-graph.ts';
import { added, folded, nodeNamed, related } from '../../testing/facts.ts';
import { Budget } from './budget.ts';
import { category } from './categories.ts';
import { callChain, type CallChainRequest } from './call-chain.ts';
import { entryPoints } from './entry-points.ts';
import { nodeDetails } from './node.ts';
import { NotFound } from './not-found.ts';
import { pageRanks } from './page-rank.ts';
import { search, type SearchRequest } from './search.ts';
import { seams } from './seams.ts';
import { stats } from './stats.ts';
import { subgraph } from './subgraph.ts';
import { symbolQuery } from './symbol.ts';

const graph = smallGraph();
const page = { limit: 100, offset: 0 };
const symbolPage = { ...page, matches_limit: 100, matches_offset: 0 };
const ample = () => new Budget(1e6);
const idsOf = (nodes: readonly { id: string }[]) => nodes.map((node) => node.id);

describe('stats', () => {
  it('count what is in the graph', () => {
    expect(stats(graph)).toEqual(
      jasmine.objectContaining({
        total_nodes: 12,
        total_relationships: 15,
        node_types: { file: 4, function: 4, class: 1, method: 1, package: 1, route: 1 },
        languages: { typescript: 11, javascript: 1 },
        seam_count: 1,
        complexity_distribution: { '1-5': 3, '6-10': 1, '11-20': 1, '21-50': 0, '51+': 0 },
      }),
    );
  });

  it('name the most complex functions first', () => {
    expect(idsOf(stats(graph).top_functions).slice(0, 3)).toEqual([SHOW, HANDLER, FETCH]);
  });
});

describe('a node', () => {
  it('comes with its degree and its relationships by type and direction', () => {
    const { node, degree, out_degree, in_degree, relationships } = nodeDetails(graph, FETCH, { limit: 10 }, ample());
    expect([node.name, degree, out_degree, in_degree]).toEqual(['fetchUser', 4, 2, 2]);
    expect(Object.keys(relationships)).toEqual(['calls', 'contains', 'seam']);
    expect(idsOf(relationships.calls?.in ?? [])).toEqual([`${SHOW}|calls|${FETCH}`]);
    expect(idsOf(relationships.calls?.out ?? [])).toEqual([`${FETCH}|calls|${PARSE}`]);
  });

  it('that does not exist is not found', () => {
    expect(() => nodeDetails(graph, 'nowhere', { limit: 10 }, ample())).toThrowError(NotFound);
  });
});

describe('search', () => {
  const found = (request: Partial<SearchRequest>, where = graph) => search(where, { ...page, ...request }, ample());

  it('ranks exact before prefix before camelCase before substring, and ignores case', () => {
    const names = ['outuser', 'userName', 'User', 'getUser', 'user'].map((name) => added(nodeNamed(`a.ts#${name}`)));
    expect(found({ name: 'USER' }, folded(names)).results.map((node) => [node.name, node.match])).toEqual([
      ['User', 'exact'],
      ['user', 'exact'],
      ['userName', 'prefix'],
      ['getUser', 'camel_case'],
      ['outuser', 'substring'],
    ]);
  });

  it('lists tests, generated and vendored code after all others of an equal match, and members after declarations', () => {
    const listed = [
      nodeNamed('a.ts#A.save', { node_type: 'method', name: 'save' }),
      nodeNamed('z.ts#save'),
      nodeNamed('a.spec.ts#save', { origin: 'test' }),
      nodeNamed('a.ts#saveEverything'),
      nodeNamed('b.spec.ts#saves', { origin: 'test' }),
    ].map(added);
    const ordered = ['z.ts#save', 'a.ts#A.save', 'a.spec.ts#save', 'a.ts#saveEverything', 'b.spec.ts#saves'];
    expect(idsOf(found({ name: 'save' }, folded(listed)).results)).toEqual(ordered);
    expect(idsOf(found({ name: 'save', path: '*' }, folded(listed)).results)).toEqual(ordered);
  });

  it('finds a node by its id, by the path of a route or file, and by several words', () => {
    expect(found({ name: LOAD }).results.map(({ id, match }) => [id, match])).toEqual([[LOAD, 'exact']]);
    for (const path of ['/users/42', 'GET /users/:id', '/users/{name}?full=1']) {
      const [first] = found({ name: path }).results;
      expect([first?.id, first?.match]).withContext(path).toEqual([ROUTE, 'route']);
    }
    expect(idsOf(found({ name: '/users/42/posts' }).results)).toEqual([]);
    expect(idsOf(found({ name: 'src/api' }).results)).toEqual(['src/api.ts']);
    expect(idsOf(found({ name: 'store load' }).results)).toEqual([LOAD]);
    expect(idsOf(found({ name: 'user  api' }).results)).toEqual([FETCH]);
  });

  it('finds similar names only if nothing else matches', () => {
    for (const typo of ['fetchUsre', 'fecthUser', 'fetchhUser']) {
      expect(found({ name: typo }).results.map(({ id, match }) => [id, match]))
        .withContext(typo)
        .toEqual([[FETCH, 'fuzzy']]);
    }
    expect(found({ name: 'fetchUser' }).results.every(({ match }) => match !== 'fuzzy')).toBeTrue();
    expect(found({ name: 'entirelyElse' }).results).toEqual([]);
  });

  it('has the same results and order, whether names are counted or nodes are read', () => {
    const name = fc.constantFrom('user', 'User', 'getUser', 'users', 'UserStore', 'superuser', 'gus', 'other');
    const node = fc.record({ name, file: fc.nat(3), origin: fc.constantFrom(undefined, 'test'), member: fc.boolean() });
    fc.assert(
      fc.property(fc.array(node, { maxLength: 12 }), fc.constantFrom('user', 'us', 'USER', 'gu'), fc.nat(4), (nodes, query, offset) => {
        const facts = nodes.map(({ name: named, file, origin, member }, index) =>
          added(
            nodeNamed(`${String(file)}.ts#${String(index)}`, {
              ...{ name: named, node_type: member ? 'method' : 'function' },
              ...(origin === 'test' && { origin }),
            }),
          ),
        );
        const graphOf = folded(facts);
        const plain = found({ name: query, offset, limit: 3, path: '.ts' }, graphOf);
        const counted = found({ name: query, offset, limit: 3 }, graphOf);
        expect(counted.total_count).toBe(plain.total_count);
        expect(counted.results.map(({ match }) => match)).toEqual(plain.results.map(({ match }) => match));
        const keys = (hits: typeof plain.results) =>
          hits.map((hit) => [hit.match, hit.origin ?? '', hit.name, hit.node_type, hit.id].join(' '));
        expect(keys(counted.results)).toEqual(keys(plain.results));
      }),
    );
  });

  it('finds a name by the beginnings of its words', () => {
    expect(idsOf(found({ name: 'gubi' }).results)).toEqual([HANDLER]);
  });

  it('finds a member by its qualified name', () => {
    expect(idsOf(found({ name: 'store.load' }).results)).toEqual([LOAD]);
  });

  it('by q also searches docstrings, signatures and paths, names first', () => {
    expect(found({ q: 'body' }).results.map((node) => [node.id, node.match])).toEqual([[PARSE, 'camel_case']]);
    expect(idsOf(found({ q: 'signed in' }).results)).toEqual([SHOW]);
    expect(idsOf(found({ q: 'Promise<User>' }).results)).toEqual([FETCH]);
    expect(idsOf(found({ q: 'input malformed' }).results)).toEqual([PARSE]);
    expect(found({ q: 'server/' }).total_count).toBe(5);
  });

  it('by name searches names only', () => {
    expect(found({ name: 'signed' }).total_count).toBe(0);
  });

  it('filters by language, type and path, and counts the remaining nodes', () => {
    expect(idsOf(found({ language: 'javascript' }).results)).toEqual(['pkg:npm/react']);
    expect(idsOf(found({ name: 'u', node_type: 'method' }).results)).toEqual([LOAD]);
    expect(found({ path: 'src/*.ts' }).total_count).toBe(5);
    expect(found({ path: 'src/' }).total_count).toBe(5);
    expect(found({ path: '*.ts' }).total_count).toBe(0);
  });

  it('pages through all results without a gap or a repeat', () => {
    const whole = idsOf(found({}).results);
    const pages = [0, 5, 10, 15].flatMap((offset) => idsOf(found({ limit: 5, offset }).results));
    expect(pages).toEqual(whole);
    expect(found({ limit: 1, offset: 500 })).toEqual(jasmine.objectContaining({ results: [], total_count: 12 }));
  });

  it('requires both if name and q are given', () => {
    expect(idsOf(found({ name: 'user', q: 'promise' }).results)).toEqual([FETCH]);
  });
});

describe('a call chain', () => {
  const chain = (id: string, more: Partial<CallChainRequest> = {}) =>
    callChain(graph, id, { direction: 'out', follow_seams: true, max_depth: 10, ...page, ...more }, ample());

  it('goes over a seam and through the route to its handler', () => {
    const { chain: nodes, edges, has_seams, seam_count } = chain(SHOW);
    expect(nodes.map((node) => [node.id, node.depth])).toEqual([
      [SHOW, 0],
      [FETCH, 1],
      [PARSE, 2],
      [ROUTE, 2],
      [HANDLER, 3],
      [LOAD, 4],
    ]);
    expect([has_seams, seam_count]).toEqual([true, 1]);
    expect(edges).toEqual(edges.map(({ id }) => graph.relationship(id)!));
    expect(idsOf(edges)).toContain(`${ROUTE}|references|${HANDLER}`);
  });

  it('stops at the network if seams are not followed', () => {
    expect(chain(SHOW, { follow_seams: false })).toEqual(jasmine.objectContaining({ has_seams: false, seam_count: 0 }));
    expect(idsOf(chain(SHOW, { follow_seams: false }).chain)).toEqual([SHOW, FETCH, PARSE]);
  });

  it('goes backwards from a called function to the functions that start the call', () => {
    expect(idsOf(chain(LOAD, { direction: 'in' }).chain)).toEqual([LOAD, HANDLER, ROUTE, FETCH, SHOW, 'test/page.spec.ts']);
  });

  it('ends at its depth', () => {
    expect(idsOf(chain(SHOW, { max_depth: 1 }).chain)).toEqual([SHOW, FETCH]);
  });
});

describe('callers, callees and references', () => {
  it('are found by id, by qualified name and by name', () => {
    for (const symbol of [LOAD, 'Store.loadUser', 'loadUser']) {
      expect(symbolQuery(graph, 'callers', symbol, symbolPage, ample()).results.map((each) => each.node.id)).toEqual([LOAD, HANDLER]);
    }
  });

  it('have the line of a call if it is known', () => {
    expect(symbolQuery(graph, 'callees', SHOW, symbolPage, ample()).results.map((each) => [each.node.id, each.line])).toEqual([[FETCH, 7]]);
    expect(symbolQuery(graph, 'callees', FETCH, symbolPage, ample()).results.map((each) => each.line)).toEqual([null]);
  });

  it('of a name that several nodes have are listed for each node', () => {
    const twice = folded(
      [nodeNamed('a.ts#run'), nodeNamed('b.ts#run'), nodeNamed('c.ts#go'), related('c.ts#go', 'calls', 'b.ts#run')].map(added),
    );
    const { matches, results } = symbolQuery(twice, 'callers', 'run', symbolPage, ample());
    expect(matches.map((each) => [each.id, each.count])).toEqual([
      ['a.ts#run', 0],
      ['b.ts#run', 1],
    ]);
    expect(results.map((each) => [each.symbol_id, each.node.id])).toEqual([['b.ts#run', 'c.ts#go']]);
  });

  it('come in pages of results and of matches, each item once', () => {
    const names = Array.from({ length: 5 }, (_, i) => `m${String(i)}.ts#run`);
    const callers = names.map((_, i) => `c.ts#c${String(i)}`);
    const many = folded([
      ...[...names, ...callers].map((id) => added(nodeNamed(id))),
      ...names.flatMap((id, i) => callers.slice(i).map((caller) => added(related(caller, 'calls', id)))),
    ]);
    const at = (limit: number, offset: number) =>
      symbolQuery(many, 'callers', 'run', { limit, offset, matches_limit: limit, matches_offset: offset }, ample());
    const key = ({ symbol_id, node }: { symbol_id: string; node: { id: string } }) => `${symbol_id} ${node.id}`;
    const whole = at(100, 0);
    expect([whole.total, whole.results.length, whole.matches_total]).toEqual([15, 15, 5]);
    expect([0, 4, 8, 12].flatMap((offset) => at(4, offset).results.map(key))).toEqual(whole.results.map(key));
    expect([0, 4].flatMap((offset) => idsOf(at(4, offset).matches))).toEqual(names);
  });

  it('count who renders a component or wears a decorator as a caller, but not who names a type', () => {
    const rendered = folded([
      added(nodeNamed('a.tsx#App')),
      added(nodeNamed('a.tsx#Row')),
      added({ ...nodeNamed('a.tsx#Props'), node_type: 'interface' }),
      added(related('a.tsx#App', 'uses', 'a.tsx#Row')),
      added(related('a.tsx#App', 'uses', 'a.tsx#Props')),
    ]);
    const query = (name: 'callers' | 'callees', symbol: string) =>
      symbolQuery(rendered, name, symbol, symbolPage, ample()).results.map((each) => each.node.id);
    expect(query('callers', 'Row')).toEqual(['a.tsx#App']);
    expect(query('callers', 'Props')).toEqual([]);
    expect(query('callees', 'App')).toEqual(['a.tsx#Row']);
    expect(idsOf(callChain(rendered, 'a.tsx#App', { ...page, direction: 'out', follow_seams: true, max_depth: 5 }, ample()).chain)).toEqual(
      ['a.tsx#App', 'a.tsx#Row'],
    );
  });

  it('of an unknown symbol are not found', () => {
    expect(() => symbolQuery(graph, 'callers', 'nobody', symbolPage, ample())).toThrowError(NotFound);
  });

  it('references include uses that are not calls', () => {
    expect(symbolQuery(graph, 'references', HANDLER, symbolPage, ample()).results.map((each) => each.node.id)).toEqual([ROUTE]);
  });
});

describe('categories', () => {
  it('leaves are functions and methods that call nothing', () => {
    expect(idsOf(category(graph, 'leaves', page, ample()).nodes)).toEqual([PARSE]);
  });

  it('entry points have confidence and reason, the most certain first', () => {
    const { entry_points: found, total } = entryPoints(graph, page, ample());
    expect(found.map((node) => [node.id, node.confidence])).toEqual([
      [ROUTE, 1],
      ['test/page.spec.ts', 0.6],
    ]);
    expect(total).toBe(2);
  });

  it('hubs are nodes with very many relationships, the busiest first', () => {
    const callers = Array.from({ length: 30 }, (_, i) => `c.ts#c${String(i)}`);
    const hubs = folded([
      ...[...callers, 'a.ts#log', 'a.ts#warn'].map((id) => added(nodeNamed(id))),
      ...callers.map((id) => added(related(id, 'calls', 'a.ts#log'))),
      ...callers.slice(0, 25).map((id) => added(related(id, 'calls', 'a.ts#warn'))),
    ]);
    const { nodes, total } = category(hubs, 'hubs', page, ample());
    expect(nodes.map((node) => [node.id, node.degree])).toEqual([
      ['a.ts#log', 30],
      ['a.ts#warn', 25],
    ]);
    expect(total).toBe(2);
    expect(idsOf(category(hubs, 'hubs', { limit: 1, offset: 1 }, ample()).nodes)).toEqual(['a.ts#warn']);
  });
});

describe('hubs by PageRank', () => {
  it('are what much depends on through others, not only what has many relationships', () => {
    const users = Array.from({ length: 40 }, (_, i) => `u.ts#u${String(i)}`);
    const ranked = folded([
      ...[...users, 'a.ts#log', 'a.ts#core', 'a.ts#edge'].map((id) => added(nodeNamed(id))),
      ...users.map((id) => added(related(id, 'calls', 'a.ts#log'))),
      added(related('a.ts#log', 'calls', 'a.ts#core')),
      added(related('u.ts#u0', 'calls', 'a.ts#edge')),
    ]);
    const { nodes, total } = category(ranked, 'hubs', { ...page, sort: 'pagerank' }, ample());
    expect([idsOf(nodes), total]).toEqual([['a.ts#log', 'a.ts#core'], 2]);
    expect(nodes.map(({ pagerank = 0 }) => pagerank > 0.2 && pagerank < 0.5)).toEqual([true, true]);
    expect([...pageRanks(ranked, ample()).values()].reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(1, 6);
  });
});

describe('a subgraph', () => {
  it('contains the near nodes in both directions, and every relationship among them', () => {
    const { nodes, relationships, total } = subgraph(graph, { node_id: LOAD, depth: 1, ...page }, ample());
    expect(idsOf(nodes).sort()).toEqual([HANDLER, STORE, LOAD, PARSE].sort());
    expect(idsOf(relationships).sort()).toEqual(
      [`${HANDLER}|calls|${LOAD}`, `${LOAD}|calls|${LOAD}`, `${LOAD}|calls|${PARSE}`, `${STORE}|contains|${LOAD}`].sort(),
    );
    expect(total).toBe(4);
  });

  it('is cut at its limit, nearest first, and says how many there are', () => {
    const { nodes, relationships, total } = subgraph(graph, { node_id: LOAD, depth: 10, limit: 2, offset: 0 }, ample());
    expect([nodes.length, nodes[0]?.id, total]).toEqual([2, LOAD, 11]);
    expect(relationships.every((each) => idsOf(nodes).includes(each.target_id))).toBeTrue();
  });

  it('has every relationship on exactly one of its pages', () => {
    const whole = subgraph(graph, { node_id: LOAD, depth: 10, ...page }, ample());
    const pages = [0, 2, 4, 6, 8, 10].map((offset) => subgraph(graph, { node_id: LOAD, depth: 10, limit: 2, offset }, ample()));
    expect(pages.flatMap(({ nodes }) => idsOf(nodes))).toEqual(idsOf(whole.nodes));
    expect(pages.flatMap(({ relationships }) => idsOf(relationships)).sort()).toEqual(idsOf(whole.relationships).sort());
  });
});

describe('seams', () => {
  it('name both ends', () => {
    const { seams: found, total } = seams(graph, page, ample());
    expect(found.map((seam) => [seam.source?.id, seam.target?.id])).toEqual([[FETCH, ROUTE]]);
    expect(total).toBe(1);
  });
});

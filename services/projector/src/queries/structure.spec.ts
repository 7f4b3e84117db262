import type { Relationship } from '@graphtail/facts';
import fc from 'fast-check';
import { FETCH, HANDLER, LOAD, PARSE, ROUTE, SHOW, STORE, smallGraph } from '../../testing/small-graph.ts';
import { added, folded, nodeNamed, related } from '../../testing/facts.ts';
import { Budget } from './budget.ts';
import { category } from './categories.ts';
import type { ContainerEdge } from './container-graph.ts';
import { containerOf } from './containers.ts';
import { cycles } from './cycles.ts';
import { deadCode } from './dead-code.ts';
import { feedbackArcs } from './feedback-arcs.ts';
import { impact, type ImpactRequest } from './impact.ts';
import { nearTo, withNear } from './near.ts';
import type { NotFound } from './not-found.ts';
import type { Sort } from './order.ts';
import type { Origin } from './origin.ts';
import { outline } from './outline.ts';
import { paths } from './paths.ts';
import { search } from './search.ts';
import { strongComponents } from './strong-components.ts';
import { symbolQuery } from './symbol.ts';
import { weights } from './weights.ts';

const ample = () => new Budget(1e7);
const PAGE = { limit: 100, offset: 0 };
const graph = smallGraph();

const MEMBERS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const pair = fc.tuple(fc.constantFrom(...MEMBERS), fc.constantFrom(...MEMBERS));
const pairs = fc.uniqueArray(pair, { maxLength: 20, selector: ([from, to]) => from + to });

function reaches(edges: readonly (readonly [string, string])[], from: string, to: string): boolean {
  const seen = new Set(edges.filter(([source]) => source === from).map(([, target]) => target));
  for (const member of seen) for (const [source, target] of edges) if (source === member) seen.add(target);
  return seen.has(to);
}

describe('Impact', () => {
  const of = (request: Partial<ImpactRequest>) =>
    impact(graph, { direction: 'in', max_depth: 10, ...PAGE, ...request }, undefined, ample());

  it('lists the dependents of a node, nearest first, each with the relationship that reached it; tests are listed separately', () => {
    const answer = of({ nodes: [PARSE] });
    expect(answer.affected.map(({ node, distance }) => [node.id, distance])).toEqual([
      [LOAD, 1],
      [FETCH, 1],
      [HANDLER, 2],
      [SHOW, 2],
      [ROUTE, 3],
    ]);
    expect(answer.affected[0]?.via?.id).toBe(`${LOAD}|calls|${PARSE}`);
    expect(answer.tests.map(({ node }) => node.id)).toEqual(['test/page.spec.ts']);
    expect(answer.routes.map(({ id }) => id)).toEqual([ROUTE]);
    expect(answer.by_file.map(({ file_path, count, distance }) => [file_path, count, distance])).toEqual([
      ['server/users.ts', 3, 1],
      ['src/api.ts', 1, 1],
      ['src/page.ts', 1, 2],
    ]);
  });

  it('crosses a seam, from the handler of a route to the client that calls it', () => {
    const answer = of({ nodes: [HANDLER] });
    expect(answer.affected.map(({ node }) => node.id)).toEqual([ROUTE, FETCH, SHOW]);
    expect(answer.seams.map(({ target_id }) => target_id)).toEqual([ROUTE]);
  });

  it('of a file or class is the impact of everything declared in it', () => {
    expect(of({ nodes: [STORE] }).affected.map(({ node }) => node.id)).toEqual([HANDLER, ROUTE, FETCH, SHOW]);
    expect(of({ nodes: ['src/api.ts'] }).affected.map(({ node }) => node.id)).toContain('src/page.ts');
  });

  it('in the direction out lists what a node depends on', () => {
    expect(of({ nodes: [HANDLER], direction: 'out' }).affected.map(({ node }) => node.id)).toEqual([LOAD, PARSE]);
  });

  it('of an overriding method reaches the callers of the method that it replaces', () => {
    const [base, derived, caller] = ['a.ts#Base.run', 'a.ts#Derived.run', 'b.ts#main'];
    const any = folded([
      ...[base, derived, caller].map((id) => added(nodeNamed(id))),
      added(related(derived, 'overrides', base)),
      added(related(caller, 'calls', base)),
    ]);
    const { affected } = impact(any, { nodes: [derived], direction: 'in', max_depth: 5, ...PAGE }, undefined, ample());
    expect(affected.map(({ node }) => node.id)).toEqual([base, caller]);
  });

  it('reaches the same nodes as a plain search over the calls', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(...MEMBERS), (edges, start) => {
        const any = folded([
          ...MEMBERS.map((id) => added(nodeNamed(`${id}.ts#f`))),
          ...edges.map(([a, b]) => added(related(`${a}.ts#f`, 'calls', `${b}.ts#f`))),
        ]);
        const { affected } = impact(any, { nodes: [`${start}.ts#f`], direction: 'in', max_depth: 50, ...PAGE }, undefined, ample());
        const expected = MEMBERS.filter((member) => member !== start && reaches(edges, member, start)).map((id) => `${id}.ts#f`);
        expect(affected.map(({ node }) => node.id).sort()).toEqual(expected);
      }),
    );
  });
});

describe('Paths', () => {
  const of = (from_node: string, to_node: string, k = 1) => paths(graph, { from_node, to_node, k }, ample()).paths;
  const ids = (path: { nodes: readonly { id: string }[] } | undefined) => path?.nodes.map(({ id }) => id);

  it('follow calls, seams and a route to its handler', () => {
    expect(ids(of(SHOW, LOAD)[0])).toEqual([SHOW, FETCH, ROUTE, HANDLER, LOAD]);
    expect(of(LOAD, SHOW)).toEqual([]);
  });

  it('are the k shortest without loops, shortest first', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 6 }), (edges, k) => {
        const node = (member: string): string => `${member}.ts#f`;
        const any = folded([
          ...MEMBERS.map((id) => added(nodeNamed(node(id)))),
          ...edges.map(([a, b]) => added(related(node(a), 'calls', node(b)))),
        ]);
        const all: string[][] = [];
        const walk = (path: string[]): void => {
          const last = path.at(-1)!;
          if (last === 'f') return void all.push(path);
          for (const [from, to] of edges) if (from === last && !path.includes(to)) walk([...path, to]);
        };
        walk(['a']);
        const found = paths(any, { from_node: node('a'), to_node: node('f'), k }, ample()).paths;
        expect(found.map(({ length }) => length)).toEqual(
          all
            .map((path) => path.length - 1)
            .sort((a, b) => a - b)
            .slice(0, k),
        );
        const known = new Set(all.map((path) => path.map(node).join()));
        const told = found.map((path) => ids(path)!.join());
        expect([told.every((path) => known.has(path)), new Set(told).size]).toEqual([true, told.length]);
      }),
    );
  });
});

describe('Cycles', () => {
  const importing = (...imports: readonly (readonly [string, string])[]) => {
    const files = [...new Set(imports.flat())];
    return folded([...files.map((id) => added(nodeNamed(id))), ...imports.map(([a, b]) => added(related(a, 'imports', b)))]);
  };

  it('of files are the sets of files that import each other, with their edges and a cut', () => {
    const any = importing(['a.ts', 'b.ts'], ['b.ts', 'c.ts'], ['c.ts', 'a.ts'], ['c.ts', 'd.ts']);
    const { cycles: found, total } = cycles(any, { level: 'file', ...PAGE }, ample());
    expect([total, found[0]?.members.map(({ id }) => id), found[0]?.edge_count, found[0]?.cut.length]).toEqual([
      1,
      ['a.ts', 'b.ts', 'c.ts'],
      3,
      1,
    ]);
  });

  it('of folders and packages sum the imports of their files', () => {
    const any = importing(['packages/x/a.ts', 'packages/y/b.ts'], ['packages/y/c/d.ts', 'packages/x/e.ts']);
    const at = (level: 'folder' | 'package') =>
      cycles(any, { level, ...PAGE }, ample()).cycles.map(({ members }) => members.map(({ id }) => id));
    expect([at('folder'), at('package')]).toEqual([[], [['packages/x', 'packages/y']]]);
  });

  it('do not lead from an interface to what implements it, though a call of it may run that', () => {
    const possible = { ...related('a.ts#I', 'calls', 'b.ts#B'), resolution: 'override' };
    const files = ['a.ts', 'b.ts', 'a.ts#I', 'b.ts#B'].map((id) => added(nodeNamed(id)));
    const any = folded([...files, added(related('b.ts#B', 'implements', 'a.ts#I')), added(possible)]);
    expect(weights(any, { level: 'file', limit: 10 }, ample()).cells).toEqual([{ from: 'b.ts', to: 'a.ts', count: 1 }]);
  });

  it('are the sets of members that reach each other', () => {
    fc.assert(
      fc.property(pairs, (edges) => {
        const found = strongComponents(MEMBERS, (member) => edges.filter(([from]) => from === member).map(([, to]) => to));
        const together = (a: string, b: string): boolean => found.some((set) => set.includes(a) && set.includes(b));
        for (const a of MEMBERS)
          for (const b of MEMBERS) if (a !== b) expect(together(a, b)).toBe(reaches(edges, a, b) && reaches(edges, b, a));
      }),
    );
  });

  it('may be as long as the whole repository', () => {
    const members = Array.from({ length: 100_000 }, (_, i) => String(i));
    expect(strongComponents(members, (member) => [String((Number(member) + 1) % members.length)])[0]?.length).toBe(members.length);
  });

  it('no longer exist without the cut, and each edge of the cut is needed', () => {
    fc.assert(
      fc.property(pairs, (drawn) => {
        const edges = drawn.filter(([from, to]) => from !== to).map(([from, to], i): ContainerEdge => ({ from, to, count: 1 + (i % 5) }));
        const cut = feedbackArcs(MEMBERS, edges);
        const isCyclic = (kept: readonly ContainerEdge[]): boolean =>
          MEMBERS.some((member) =>
            reaches(
              kept.map(({ from, to }): [string, string] => [from, to]),
              member,
              member,
            ),
          );
        const kept = edges.filter((edge) => !cut.includes(edge));
        expect(isCyclic(kept)).toBeFalse();
        for (const edge of cut) expect(isCyclic([...kept, edge])).toBeTrue();
      }),
    );
  });
});

describe('Weights', () => {
  it('count the relationships from one folder to another, with the size of each', () => {
    const { containers, cells } = weights(graph, { level: 'folder', limit: 100 }, ample());
    expect(containers.map(({ id, files }) => [id, files])).toEqual([
      ['server', 1],
      ['src', 2],
      ['test', 1],
    ]);
    expect(cells.map(({ from, to, count }) => [from, to, count])).toContain(['server', 'src', 1]);
    expect(cells.find(({ from, to }) => from === 'test' && to === 'src')?.count).toBe(2);
  });

  it('count only what is below a folder, and only the named types', () => {
    const { containers, cells } = weights(graph, { level: 'file', under: 'src/', relationship_types: ['imports'], limit: 100 }, ample());
    expect([containers.map(({ id }) => id), cells]).toEqual([
      ['src/api.ts', 'src/page.ts'],
      [{ from: 'src/page.ts', to: 'src/api.ts', count: 1 }],
    ]);
  });

  it('put a file into its folder and its package', () => {
    const at = (path: string) => (['file', 'folder', 'package'] as const).map((level) => containerOf(path, level));
    expect(at('packages/log/src/a.ts')).toEqual(['packages/log/src/a.ts', 'packages/log/src', 'packages/log']);
    expect(at('src/app/a.ts')).toEqual(['src/app/a.ts', 'src/app', 'src']);
    expect(at('a.ts')).toEqual(['a.ts', '.', '.']);
  });
});

describe('Dead code', () => {
  const found = (relationships: readonly Relationship[], ...nodes: Parameters<typeof nodeNamed>[]) => {
    const any = folded([...nodes.map((each) => added(nodeNamed(...each))), ...relationships.map(added)]);
    return deadCode(any, { exclude: ['test'], ...PAGE }, ample()).items.map(({ node, confidence }) => [node.id, confidence]);
  };

  it('is what neither entry points nor exports nor tests reach, the most certain first', () => {
    expect(
      found(
        [
          related('a.ts#main', 'calls', 'a.ts#used'),
          related('a.ts#old', 'calls', 'a.ts#older'),
          related('a.spec.ts', 'calls', 'a.ts#tested'),
        ],
        ['a.ts'],
        ['a.spec.ts'],
        ['a.ts#main', { is_exported: true }],
        ['a.ts#used'],
        ['a.ts#old'],
        ['a.ts#older'],
        ['a.ts#tested'],
      ),
    ).toEqual([
      ['a.ts#old', 0.9],
      ['a.ts#older', 0.8],
    ]);
  });

  it('includes private methods that nothing calls, but not those that are called through the method that they override', () => {
    const [store, load, lost, run, base] = ['a.ts#Store', 'a.ts#Store.load', 'a.ts#Store.lost', 'a.ts#Store.run', 'b.ts#Base.run'];
    expect(
      found(
        [
          ...[load, lost, run].map((method) => related(store, 'contains', method)),
          related('a.ts#main', 'instantiates', store),
          related('a.ts#main', 'calls', load),
          related(run, 'overrides', base),
        ],
        ['a.ts#main', { is_exported: true }],
        [store, { node_type: 'class' }],
        [load, { node_type: 'method' }],
        [lost, { node_type: 'method', visibility: 'private' }],
        [run, { node_type: 'method' }],
        [base, { node_type: 'method', is_exported: true }],
      ),
    ).toEqual([[lost, 0.9]]);
  });
});

describe('The outline', () => {
  it('lists a file’s nodes by line, each with its nesting depth', () => {
    const [store, load, help] = ['a.ts#Store', 'a.ts#Store.load', 'a.ts#help'];
    const any = folded([
      added(nodeNamed('a.ts')),
      added(nodeNamed(help, { start_line: 30 })),
      added(nodeNamed(load, { start_line: 2 })),
      added(nodeNamed(store, { start_line: 1, end_line: 20 })),
      added(related('a.ts', 'contains', store)),
      added(related('a.ts', 'contains', help)),
      added(related(store, 'contains', load)),
    ]);
    expect(outline(any, 'a.ts', 10, ample()).nodes.map(({ id, depth }) => [id, depth])).toEqual([
      [store, 0],
      [load, 1],
      [help, 0],
    ]);
  });
});

describe('A node that is not there', () => {
  it('is answered with the ids that could be meant: similar names, those in the same file first', async () => {
    const rejected = await withNear(graph, () => outline(graph, 'src/pages.ts', 10, ample())).catch((error: unknown) => error);
    expect((rejected as NotFound).near[0]).toBe('src/page.ts');
    expect(nearTo(graph, 'src/api.ts#fetchUsr')[0]).toBe(FETCH);
    expect(nearTo(graph, 'shwoUser')[0]).toBe(SHOW);
    expect(nearTo(graph, 'server/users.ts#Store.loadUsers')[0]).toBe(LOAD);
    expect(nearTo(graph, 'xyzzy')).toEqual([]);
  });
});

describe('A list of nodes', () => {
  const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id);

  it('excludes the named origins', () => {
    const list = (exclude: readonly Origin[]) => ids(search(graph, { path: 'e', exclude, ...PAGE }, ample()).results);
    expect(list([])).toContain('test/page.spec.ts');
    expect(list(['test']).filter((id) => id.startsWith('test'))).toEqual([]);
    expect(list(['package']).filter((id) => id.startsWith('pkg:'))).toEqual([]);
    expect(list(['test', 'package']).length).toBe(list([]).length - 2);
    const callers = (exclude: readonly Origin[]) =>
      symbolQuery(graph, 'callers', SHOW, { ...PAGE, matches_limit: 1, matches_offset: 0, exclude }, ample()).total;
    expect([callers([]), callers(['test'])]).toEqual([1, 0]);
  });

  it('is sorted as requested: figures descending, texts ascending', () => {
    const list = (sort: Sort) => search(graph, { node_type: 'function', sort, ...PAGE }, ample()).results;
    expect(list('complexity').map(({ complexity }) => complexity)).toEqual([12, 7, 3, 1]);
    expect(ids(list('name'))).toEqual([FETCH, HANDLER, PARSE, SHOW]);
    expect(ids(list('path'))).toEqual([HANDLER, FETCH, PARSE, SHOW]);
    const degrees = list('degree').map(({ id }) => graph.degrees.of(id).total);
    expect(degrees).toEqual(degrees.toSorted((a, b) => b - a));
    const callers = symbolQuery(graph, 'callers', PARSE, { ...PAGE, matches_limit: 1, matches_offset: 0, sort: 'complexity' }, ample());
    expect(callers.results.map(({ node }) => node.id)).toEqual([FETCH, LOAD]);
  });

  it('of entry points can exclude tests', () => {
    const list = (exclude: readonly Origin[]) => ids(category(graph, 'entry_points', { exclude, ...PAGE }, ample()).nodes);
    expect([list([]).includes('test/page.spec.ts'), list(['test']).includes('test/page.spec.ts')]).toEqual([true, false]);
  });
});

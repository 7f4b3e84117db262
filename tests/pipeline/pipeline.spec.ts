import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyState, evolve, stateDigest, type Fact } from '@graphtail/facts';
import { eventually } from '../support/eventually.ts';
import { Observer } from '../support/observer.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';

type Stats = { total_nodes: number; total_relationships: number; state_digest: string; offset: string; node_types: Record<string, number> };

let pipeline: Pipeline;
let observer: Observer;

beforeAll(async () => {
  pipeline = await startPipeline();
  observer = new Observer(pipeline.url, pipeline.graph);
  await observer.sees('analysis_completed');
}, 90_000);

afterAll(async () => {
  await observer.close();
  await pipeline.stop();
}, 30_000);

const stats = (offset: string): Promise<Stats> => pipeline.get(`/api/graph/stats?min_offset=${offset}`);
const kinds = (facts: readonly Fact[]): string[] => facts.map((fact) => `${fact.event_type} ${fact.entity_id}`);

/** Makes a change, awaits a fact of that kind, then everything that comes with it. */
async function after(change: () => Promise<void>, kind: Fact['event_type']): Promise<Fact[]> {
  const index = observer.facts.length;
  await change();
  const fact = await observer.sees(kind, index);
  const { offset } = await stats(fact.offset);
  await eventually(() => observer.facts.at(-1)?.offset === offset);
  return observer.since(index);
}

const edit = async (path: string, change: (text: string) => string): Promise<void> => {
  const file = join(pipeline.root, path);
  await writeFile(file, change(await readFile(file, 'utf8')));
};

/** What is there now equals what a forced analysis, which parses every file again, finds. */
async function expectEqualToFresh(): Promise<void> {
  const index = observer.facts.length;
  await pipeline.post('/api/graph/admin/reanalyze', { force: true });
  const completed = await observer.sees('analysis_completed', index);
  expect(completed.data.changes).toBe(0);
  expect(completed.data.state_digest).toBe(observer.digest);
}

describe('The pipeline', () => {
  it('reports a first analysis with real figures, and every state has the digest that it names', async () => {
    const completed = await observer.sees('analysis_completed');
    const started = await observer.sees('analysis_started');
    expect(started.data.files_total).toBeGreaterThanOrEqual(10);
    expect(completed.data.files_failed).toBe(1);
    const state = observer.facts.slice(0, observer.facts.indexOf(completed) + 1).reduce(evolve, emptyState());
    expect([state.nodes.size, state.relationships.size]).toEqual([completed.data.node_count, completed.data.relationship_count]);
    expect(stateDigest(state)).toBe(completed.data.state_digest);
    const projected = await pipeline.get<Stats>(`/api/graph/stats?at=${completed.offset}`);
    expect([projected.total_nodes, projected.total_relationships]).toEqual([state.nodes.size, state.relationships.size]);
    expect(projected.state_digest).toBe(completed.data.state_digest);
  });

  it('resolves calls, imports and inheritance across files', async () => {
    const ids = new Set(observer.state.relationships.keys());
    for (const id of [
      'src/cart/cart.ts|imports|src/money.ts',
      'src/cart/cart.ts#Cart.label|calls|src/money.ts#format',
      'src/cart/cart.ts#Cart.label|calls|src/cart/cart.ts#Cart.total',
      'src/cart/cart.ts#Cart.load|instantiates|src/cart/book.ts#Book',
      'src/cart/book.ts#Book|inherits|src/cart/priced.ts#Item',
      'src/cart/priced.ts#Item|implements|src/cart/priced.ts#Priced',
      'src/ui/App.tsx#App|instantiates|src/cart/cart.ts#Cart',
      'src/ui/App.tsx|depends_on|pkg:npm/react',
      'src/index.ts|exports|src/cart/cart.ts#Cart',
      'src/money.ts|contains|src/money.ts#Currency',
    ]) {
      expect(ids.has(id)).withContext(id).toBeTrue();
    }
  });

  it('keeps a file that does not parse as a node with the reason', () => {
    expect(observer.state.nodes.get('lib/broken.js')?.value.parse_error).toMatch(/\S/);
  });

  it('answers queries with real edges', async () => {
    const chain = await pipeline.get<{ edges: { id: string }[] }>(
      `/api/graph/call-chain/${encodeURIComponent('src/cart/cart.ts#Cart.label')}?direction=out`,
    );
    expect(chain.edges.map((edge) => edge.id)).toContain('src/cart/cart.ts#Cart.label|calls|src/money.ts#format');
    const search = await pipeline.get<{ results: { id: string }[] }>('/api/graph/nodes/search?name=cart');
    expect(search.results[0]?.id).toBe('src/cart/cart.ts#Cart');
  });

  it('appends only the difference of a saved file', async () => {
    const facts = await after(() => edit('src/money.ts', (text) => text.replace('toFixed(2)', 'toFixed(3).trim()')), 'node_updated');
    expect(kinds(facts)).toEqual(['node_updated src/money.ts']);
    expect(Object.keys(facts[0]!.data).sort()).toEqual(['content_hash', 'file_path']);
  });

  it('appends an added call, and its deletion when it is removed', async () => {
    const added = await after(
      () =>
        edit(
          'src/cart/book.ts',
          (text) => `import { format } from '@/money';\n${text.replace('return this.#printed', 'format(1);\n    return this.#printed')}`,
        ),
      'relationship_added',
    );
    expect(kinds(added)).toContain('relationship_added src/cart/book.ts#Book.price|calls|src/money.ts#format');
    const removed = await after(() => edit('src/cart/book.ts', (text) => text.replace('format(1);\n    ', '')), 'relationship_deleted');
    expect(kinds(removed)).toContain('relationship_deleted src/cart/book.ts#Book.price|calls|src/money.ts#format');
    await expectEqualToFresh();
  });

  it('appends nothing for a save that changes nothing', async () => {
    const index = observer.facts.length;
    await edit('src/cart/priced.ts', (text) => text);
    await after(() => appendFile(join(pipeline.root, 'src/ui/Total.tsx'), '\n'), 'node_updated');
    expect(kinds(observer.since(index)).filter((kind) => kind.includes('priced'))).toEqual([]);
  });

  it('follows a rename: importers of the old path and of the new one', async () => {
    const facts = await after(() => rename(join(pipeline.root, 'src/money.ts'), join(pipeline.root, 'src/cash.ts')), 'node_deleted');
    expect(kinds(facts)).toContain('node_deleted src/money.ts#format');
    await eventually(() => observer.state.nodes.has('src/cash.ts#format'));
    await expectEqualToFresh();
    expect(observer.state.relationships.has('src/cart/cart.ts#Cart.label|calls|src/money.ts#format')).toBeFalse();
    await rename(join(pipeline.root, 'src/cash.ts'), join(pipeline.root, 'src/money.ts'));
    await eventually(() => observer.state.relationships.has('src/cart/cart.ts#Cart.label|calls|src/money.ts#format'));
    await expectEqualToFresh();
  });

  it('follows a folder that appears and disappears', async () => {
    const folder = join(pipeline.root, 'extra/deep');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'one.ts'), 'export function one() {\n  return 1;\n}\n');
    await eventually(() => observer.state.nodes.has('extra/deep/one.ts#one'));
    await rm(join(pipeline.root, 'extra'), { recursive: true });
    await eventually(() => !observer.state.nodes.has('extra/deep/one.ts'));
    await expectEqualToFresh();
  });

  it('leaves out ignored files, and deletes files that become ignored', async () => {
    await writeFile(join(pipeline.root, 'scratch.ts'), 'export const scratch = 1;\n');
    await eventually(() => observer.state.nodes.has('scratch.ts'));
    await appendFile(join(pipeline.root, '.gitignore'), 'scratch.ts\n');
    await eventually(() => !observer.state.nodes.has('scratch.ts'));
    await expectEqualToFresh();
  });

  it('has kept its promise to the subscriber throughout', () => {
    expect(observer.violations).toEqual([]);
    expect(observer.state.anomalies).toBe(0);
  });
});

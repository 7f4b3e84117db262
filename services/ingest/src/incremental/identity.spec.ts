import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisThreads } from '@graphtail/analysis';
import { useLog } from '../../../../tests/support/use-log.ts';
import { SessionRig } from './specs/session-rig.ts';

const SHAPE = `export class Shape {
  area() { return 1; }
  grow() { return this.area(); }
  get size() { return 1; }
}
`;

describe('A declaration keeps its identity', () => {
  const context = useLog();
  let root: string;
  let threads: AnalysisThreads;
  let rig: SessionRig;

  beforeAll(() => {
    threads = new AnalysisThreads({ workers: 1 });
  });
  afterAll(() => threads.close());
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'graphtail-identity-'));
    rig = new SessionRig({ root, redis: context.redis, threads });
    await rig.tree.write('user.ts', "import { Shape } from './a';\nnew Shape().grow();\n");
  });
  afterEach(async () => {
    await rig.close();
    await rm(root, { recursive: true });
  });

  /** What is appended where one text takes the place of another, sorted. */
  async function appended(before: string, after: string, path = 'a.ts'): Promise<string[]> {
    await rig.tree.write(path, before);
    await rig.inStep();
    const count = rig.fold.facts.length;
    await rig.tree.write(path, after);
    await rig.inStep();
    const facts = rig.fold.since(count).filter((fact) => !fact.startsWith('analysis_')); // the first one may only just be over
    return facts.sort();
  }

  const updated = (...ids: readonly string[]): string[] => ids.map((id) => `node_updated ${id}`);

  it('when lines move: nodes are updated, but no relationships', async () => {
    const ids = ['a.ts', 'a.ts#Shape', 'a.ts#Shape.area', 'a.ts#Shape.grow', 'a.ts#Shape.size'];
    expect(await appended(SHAPE, `// one\n\n\n${SHAPE}`)).toEqual(updated(...ids));
  });

  it('when members change places', async () => {
    const [first, area, grow, ...rest] = SHAPE.split('\n');
    const reordered = [first, grow, area, ...rest].join('\n');
    expect(await appended(SHAPE, reordered)).toEqual(updated('a.ts', 'a.ts#Shape.area', 'a.ts#Shape.grow'));
  });

  it('when an overload, or the other accessor of a property, is added or removed', async () => {
    const f = 'export function f(a: any) {}\n';
    expect(await appended(f, `export function f(a: string): void;\n${f}`)).toEqual(updated('a.ts', 'a.ts#f'));
    const both = SHAPE.replace('get size', 'set size(value) {}\n  get size');
    expect(await appended(SHAPE, both)).toEqual(updated('a.ts', 'a.ts#Shape', 'a.ts#Shape.size'));
  });

  it('when a default export has no name, whatever its body', async () => {
    expect(await appended('export default function () { return 1; }\n', 'export default function () { return 2; }\n')).toEqual(
      updated('a.ts'),
    );
    expect(await appended('export default class { run() {} }\n', '\nexport default class { run() {} }\n')).toEqual(
      updated('a.ts', 'a.ts#default', 'a.ts#default.run'),
    );
  });

  it('when the first of several declarations of one name stays: the others are counted after it', async () => {
    const two = 'if (flag) { function run() { one(); } } else { function run() {} }\n';
    await appended('', two);
    expect([...rig.fold.state.nodes.keys()].filter((id) => id.startsWith('a.ts#'))).toEqual(['a.ts#run', 'a.ts#run~2']);
    expect(await appended(two, 'function run() { one(); }\n')).toContain('node_deleted a.ts#run~2');
  });

  it('also in other languages: among declarations of one name in a module, in a class, and as overloads', async () => {
    const python = 'def run():\n    pass\n\n\nclass A:\n    def run(self):\n        pass\n';
    expect(await appended(python, `"""What it is."""\n\n${python}`, 'm.py')).not.toContain(jasmine.stringMatching(/added|deleted/));
    const java = 'class A {\n  void f(int a) {}\n  void f(String a) {}\n}\n';
    expect(await appended(java, `// one\n${java}`, 'A.java')).not.toContain(jasmine.stringMatching(/added|deleted/));
  });

  it('but not when it is renamed: that is a deletion and an addition, of a declaration or of a file', async () => {
    expect(await appended('export function f() {}\n', 'export function g() {}\n')).toEqual([
      'node_added a.ts#g',
      'node_deleted a.ts#f',
      'node_updated a.ts',
      'relationship_added a.ts|contains|a.ts#g',
      'relationship_added a.ts|exports|a.ts#g',
      'relationship_deleted a.ts|contains|a.ts#f',
      'relationship_deleted a.ts|exports|a.ts#f',
    ]);
    const count = rig.fold.facts.length;
    await rig.tree.move('a.ts', 'b.ts');
    await rig.inStep();
    expect(rig.fold.since(count)).toEqual(jasmine.arrayContaining(['node_deleted a.ts#g', 'node_added b.ts#g']));
  });
});

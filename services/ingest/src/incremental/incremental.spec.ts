import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AnalysisThreads } from '@graphtail/analysis';
import { eventually } from '../../../../tests/support/eventually.ts';
import { useLog } from '../../../../tests/support/use-log.ts';
import { MIXED, chain } from './specs/mixed-code-base.ts';
import { SessionRig } from './specs/session-rig.ts';
import type { WorkTree } from './specs/work-tree.ts';

const HOT_CALL = 'app/main.ts|calls|packages/core/src/hot.ts#hot';

describe('What a session appends leads to the state of a fresh analysis', () => {
  const context = useLog();
  let root: string;
  let threads: AnalysisThreads;
  let rig: SessionRig;
  let tree: WorkTree;

  beforeAll(() => {
    threads = new AnalysisThreads({ workers: 1 });
  });
  afterAll(() => threads.close());
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'graphtail-incremental-'));
    rig = new SessionRig({ root, redis: context.redis, threads });
    ({ tree } = rig);
    await tree.git('init', '-q', '-b', 'main');
    await tree.writeAll(MIXED);
    await tree.commitAll('start');
    await inStep();
    expect(has(HOT_CALL)).toBeTrue();
  });
  afterEach(async () => {
    await rig.close();
    await rm(root, { recursive: true });
  });

  async function inStep(): Promise<void> {
    await expectAsync(rig.inStep()).toBeResolved();
  }

  function has(id: string): boolean {
    return rig.fold.state.nodes.has(id) || rig.fold.state.relationships.has(id);
  }

  it('when an export with many users is renamed, and the users one after the other', async () => {
    await tree.replace('packages/core/src/hot.ts', 'function hot', 'function warm');
    await inStep();
    expect(has(HOT_CALL)).toBeFalse();
    await tree.replace('app/main.ts', /hot/g, 'warm');
    await inStep();
    expect(has('app/main.ts|calls|packages/core/src/hot.ts#warm')).toBeTrue();
    expect(has('app/main.ts|calls|packages/core/src/shape.ts#Shape.area')).toBeTrue();
  });

  it('when the linking thread dies during a save: existing entities are not deleted', async () => {
    const before = rig.fold.facts.length;
    const send = Reflect.get(Worker.prototype, 'postMessage');
    const post = spyOn(Worker.prototype, 'postMessage').and.callFake(function (this: Worker, message: { kind?: string }) {
      if (message.kind !== 'set') {
        Reflect.apply(send, this, [message]);
        return;
      }
      post.and.callThrough();
      void this.terminate();
    });
    await tree.replace('app/main.ts', /hot/g, 'warm');
    await eventually(async () => (await rig.metric('graphtail_ingest_failures_total')) === 1);
    await inStep();
    expect(has(HOT_CALL)).toBeFalse();
    expect(rig.fold.since(before).filter((fact) => fact.startsWith('node_deleted'))).toEqual([]);
  });

  it('when the paths of a tsconfig.json change, and when it is deleted', async () => {
    await tree.replace('tsconfig.json', './app/*', './lib/*');
    await inStep();
    expect(has('app/main.ts|calls|lib/help.ts#help')).toBeTrue();
    await tree.remove('tsconfig.json');
    await inStep();
    expect(has('app/main.ts|calls|lib/help.ts#help')).toBeFalse();
  });

  it("when a package's exports change, its name, and the workspaces of the root", async () => {
    await tree.replace('packages/core/package.json', './src/extra.ts', './src/other.ts');
    await inStep();
    expect(has('app/help.ts#help|calls|packages/core/src/other.ts#extra')).toBeTrue();
    await tree.replace('packages/core/package.json', '@mixed/core', '@mixed/renamed');
    await inStep();
    expect(has('pkg:npm/@mixed/core')).toBeTrue();
    await tree.write('package.json', '{ "name": "root", "workspaces": ["other/*"] }');
    await inStep();
    await tree.replace('packages/core/package.json', '@mixed/renamed', '@mixed/core');
    await inStep();
    expect(has('pkg:npm/@mixed/core')).toBeFalse();
  });

  it('when the module of go.mod is renamed', async () => {
    expect(has('cmd/main.go#main|calls|geo/geo.go#Make')).toBeTrue();
    await tree.write('go.mod', 'module example.com/other\n');
    await inStep();
    expect(has('cmd/main.go#main|calls|geo/geo.go#Make')).toBeFalse();
  });

  it('when ignore files are added, changed and deleted, at the root and below', async () => {
    await tree.write('.gitignore', 'dist/\nlib/\n*.jsx\n');
    await inStep();
    expect(has('lib/help.ts')).toBeFalse();
    await tree.write('.graphignore', '!*.jsx\n');
    await inStep();
    expect(has('app/view.jsx')).toBeTrue();
    await tree.write('packages/core/.graphignore', 'src/hot.ts\n');
    await inStep();
    expect(has(HOT_CALL)).toBeFalse();
    await tree.write('graphtail.config.json', '{"ignore": ["app/"]}');
    await inStep();
    expect(has('app/view.jsx')).toBeFalse();
    await tree.remove('graphtail.config.json');
    await tree.remove('packages/core/.graphignore');
    await tree.remove('.gitignore');
    await inStep();
    expect(has(HOT_CALL) && has('lib/help.ts')).toBeTrue();
  });

  it('when a file is renamed and back', async () => {
    await tree.move('packages/core/src/hot.ts', 'packages/core/src/cold.ts');
    await inStep();
    expect(has('packages/core/src/hot.ts')).toBeFalse();
    expect(has(HOT_CALL)).toBeFalse();
    await tree.move('packages/core/src/cold.ts', 'packages/core/src/hot.ts');
    await inStep();
    expect(has(HOT_CALL)).toBeTrue();
  });

  it('when only the case of a name changes, of a file and of a folder', async () => {
    await tree.move('app/help.ts', 'app/Help.ts');
    await inStep();
    expect(has('app/Help.ts#help') && !has('app/help.ts')).toBeTrue();
    await tree.move('py', 'Py');
    await inStep();
    expect(has('Py/core.py') && !has('py/core.py')).toBeTrue();
  });

  it('when a folder is moved into another, with everything in it', async () => {
    await tree.move('packages/core', 'moved/deep/core');
    await inStep();
    expect(has('moved/deep/core/src/hot.ts#hot') && !has('packages/core/src/hot.ts')).toBeTrue();
    await tree.write('moved/deep/core/src/new.ts', "export * from './hot';\n");
    await inStep();
    expect(has('moved/deep/core/src/new.ts')).toBeTrue();
  });

  it('when a file is replaced by a folder of its name, and that by a file again', async () => {
    await tree.remove('app/help.ts');
    await tree.write('app/help.ts/index.ts', 'export function help() {\n  return 3;\n}\n');
    await inStep();
    expect(has('app/help.ts/index.ts#help') && !has('app/help.ts#help')).toBeTrue();
    await tree.remove('app/help.ts');
    await tree.write('app/help.ts', 'export function help() {\n  return 4;\n}\n');
    await inStep();
    expect(has('app/help.ts#help') && !has('app/help.ts/index.ts')).toBeTrue();
  });

  it('when a file is deleted and created again, at once and later', async () => {
    const text = await tree.read('packages/core/src/shape.ts');
    await tree.remove('packages/core/src/shape.ts');
    await tree.write('packages/core/src/shape.ts', text);
    await inStep();
    await tree.remove('packages/core/src/shape.ts');
    await inStep();
    expect(has('packages/core/src/shape.ts#Shape.area')).toBeFalse();
    await tree.write('packages/core/src/shape.ts', text);
    await inStep();
    expect(has('app/main.ts|calls|packages/core/src/shape.ts#Shape.area')).toBeTrue();
  });

  it('when conflict markers appear in files, and when they are resolved', async () => {
    const conflict = '<<<<<<< HEAD\nexport function hot() {}\n=======\nexport function cold() {}\n>>>>>>> other\n';
    for (const path of ['packages/core/src/hot.ts', 'py/core.py', 'package.json']) {
      const text = await tree.read(path);
      await tree.write(path, `${conflict}${text}`);
      await inStep();
      await tree.write(path, text);
      await inStep();
    }
    expect(has(HOT_CALL)).toBeTrue();
  });

  it('when the branch is switched to and fro, announced as one analysis each', async () => {
    await tree.git('checkout', '-q', '-b', 'other');
    await tree.remove('lib');
    await tree.move('packages/core', 'packages/heart');
    await tree.write('.gitignore', 'py/\n');
    await tree.writeAll(chain('many', 200));
    await tree.commitAll('other');
    await inStep();
    for (const branch of ['main', 'other', 'main']) {
      const before = rig.fold.facts.length;
      await tree.git('checkout', '-q', branch);
      await inStep();
      expect(has('many/f199.ts')).toBe(branch === 'other');
      await rig.quiet();
      expect(rig.fold.analysesSince(before)).withContext(branch).toHaveSize(1);
    }
  });

  it('when a merge changes 500 files, announced as one analysis', async () => {
    await tree.writeAll(chain('many', 520));
    await tree.commitAll('many');
    await tree.git('checkout', '-q', '-b', 'other');
    await tree.writeAll(chain('many', 500, 'return { changed: true };'));
    await tree.commitAll('changed');
    await tree.git('checkout', '-q', 'main');
    await tree.replace('packages/core/src/hot.ts', 'return', '// here\n  return');
    await tree.commitAll('diverged');
    await inStep();
    await rig.quiet();
    const before = rig.fold.facts.length;
    await tree.git('merge', '-q', '--no-edit', 'other');
    await inStep();
    await rig.quiet();
    expect(rig.fold.analysesSince(before)).toHaveSize(1);
  }, 60_000);
});

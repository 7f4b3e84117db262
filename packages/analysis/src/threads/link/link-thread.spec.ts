import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { eventually } from '../../../../../tests/support/eventually.ts';
import { ecmascript } from '../../languages/ecmascript/plugin.ts';
import { Linker } from '../../linker/linker.ts';
import { put } from '../../testing/code-base.ts';
import { outputOf } from '../../testing/output-of.ts';
import { LinkThread } from './link-thread.ts';
import type { FileOutput } from './packed-files.ts';
import type { Telling } from './protocol.ts';
import type { RemoteLinker } from './remote-linker.ts';
import { StoredRecords } from './stored-records.ts';

/** Enough that linking takes several steps. */
const FILES = 400;
const { signal } = new AbortController();

/** A chain of imports, an Express route and its caller. */
function sources(): Map<string, string> {
  const files = new Map<string, string>();
  for (let i = 0; i < FILES; i++) {
    const members = Array.from({ length: 40 }, (_, m) => `  m${String(m)}() { return this.m${String((m * 7 + 1) % 40)}(); }`).join('\n');
    const previous = i === 0 ? '' : `import { f${String(i - 1)} } from './f${String(i - 1)}';\n`;
    files.set(
      `f${String(i)}.ts`,
      `${previous}export function f${String(i)}() { ${i === 0 ? '' : `f${String(i - 1)}();`} }\nclass C {\n${members}\n}\n`,
    );
  }
  files.set('server.ts', "import express from 'express';\nconst app = express();\napp.get('/items', function list() {});\n");
  files.set('client.ts', "export function load() { return fetch('/items'); }\n");
  return files;
}

describe('A linker in the linking thread', () => {
  let thread: LinkThread;
  let linker: RemoteLinker;
  let files: Map<string, string>;

  beforeEach(() => {
    thread = new LinkThread();
    linker = thread.newLinker('/root');
    files = sources();
    for (const [path, source] of files) set(path, source);
  });

  afterEach(() => thread.close());

  function set(path: string, source: string): void {
    void linker.set(path, JSON.stringify(ecmascript.extract(source, path, source)));
  }

  async function tell(
    telling: Telling,
    until = signal,
    onFile: (path: string) => void = () => undefined,
  ): Promise<Map<string, FileOutput>> {
    const told = new Map<string, FileOutput>();
    for await (const [path, output] of linker.link(telling, until)) {
      told.set(path, output);
      onFile(path);
    }
    return told;
  }

  async function link(): Promise<number> {
    const steps = linker.link('nothing', signal);
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return step.value;
    }
  }

  /** What a linker in this thread says. */
  function expected(): Map<string, FileOutput> {
    const local = new Linker();
    for (const [path, source] of files) put(local, path, source);
    local.link();
    return new Map([...local.paths()].map((path) => [path, outputOf(local.output(path))]));
  }

  const ids = (told: Map<string, FileOutput>): string[] =>
    [...told.values()].flatMap((output) => [...(output?.nodes ?? []), ...(output?.relationships ?? [])].map(({ id }) => id)).sort();

  it('gives the same result as a linker in this thread, while it links or on request', async () => {
    const wanted = ids(expected());
    expect(wanted).toContain('server.ts#GET /items');
    expect(wanted.some((id) => id.startsWith('client.ts#load|') && id.endsWith('server.ts#GET /items'))).toBeTrue();
    expect(ids(await tell('all'))).toEqual(wanted);
    expect(ids(await tell('all'))).toEqual(wanted);
    expect((await tell('touched')).size).toBe(0);
  });

  it('hands over each file that changed since it was last handed over, once', async () => {
    await tell('all');
    set('f7.ts', "import { f6 } from './f6';\nexport function f7() { f6(); }\nexport const more = 1;\n");
    linker.delete('f399.ts');
    expect(await link()).toBe(2);
    set('f9.ts', 'export const f9 = 1;');
    const touched = await tell('touched');
    expect([...touched.keys()].sort()).toEqual(['f10.ts', 'f399.ts', 'f7.ts', 'f9.ts']);
    expect(touched.get('f399.ts')).toBeUndefined();
    expect(touched.get('f7.ts')?.nodes.map(({ id }) => id)).toContain('f7.ts#more');
    expect((await tell('touched')).size).toBe(0);
  });

  for (const telling of ['nothing', 'touched', 'all'] as const) {
    it(`continues where a call that hands over ${telling} was interrupted`, async () => {
      const abort = new AbortController();
      const steps = linker.link(telling, abort.signal, () => abort.abort(new Error('enough')));
      await expectAsync(Array.fromAsync(steps)).toBeRejectedWithError('enough');
      expect(ids(await tell('all'))).toEqual(ids(expected()));
    });
  }

  it('hands over no faster than the receiver takes', async () => {
    const post = spyOn(Worker.prototype, 'postMessage').and.callThrough();
    const steps = linker.link('all', signal);
    await steps.next();
    const asked = (): number => post.calls.allArgs().filter(([message]) => (message as { kind: string }).kind === 'step').length;
    const before = asked();
    // The thread does one thing after the other: when this is done, so is all that was asked for.
    await Array.fromAsync(thread.newLinker('/root').link('nothing', signal));
    const others = 3;
    expect(asked() - before).toBe(others);
    await steps.return({} as never);
  });

  it('is lost with the thread, says so, and works again after a reset', async () => {
    const post = spyOn(Worker.prototype, 'postMessage').and.callFake(function (this: Worker) {
      void this.terminate();
    });
    await expectAsync(tell('all')).toBeRejectedWithError('the linking thread failed: it ended');
    expect(linker.isLost).toBeTrue();
    post.and.callThrough();
    linker.forget();
    for (const [path, source] of files) set(path, source);
    expect([linker.isLost, ids(await tell('all'))]).toEqual([false, ids(expected())]);
  });

  it('that was lost while idle does not answer with an empty result', async () => {
    await tell('all');
    spyOn(Worker.prototype, 'postMessage').and.callFake(function (this: Worker) {
      void this.terminate();
    });
    set('f7.ts', 'export const f7 = 1;');
    await eventually(() => linker.isLost);
    for (const telling of ['nothing', 'touched', 'all'] as const)
      await expectAsync(tell(telling)).toBeRejectedWithError('the linking thread failed: it ended');
  });

  it('is given up with the thread if the thread owes an answer and is silent for two minutes', async () => {
    const posted = spyOn(Worker.prototype, 'postMessage');
    jasmine.clock().install();
    const told = tell('all');
    await Promise.resolve();
    expect(posted).toHaveBeenCalled();
    jasmine.clock().tick(119_000);
    expect(linker.isLost).toBeFalse();
    jasmine.clock().tick(2_000);
    jasmine.clock().uninstall();
    await expectAsync(told).toBeRejectedWithError('the linking thread failed: it said nothing for 120 s');
  });

  it('holds back a sender that is faster than it can read', async () => {
    const huge = JSON.stringify({ ...ecmascript.extract('export const x = 1;', 'x.ts', 'x'), docstring: 'x'.repeat(20 * 1024 * 1024) });
    expect(linker.set('a.ts', huge)).toBeUndefined();
    const room = linker.set('b.ts', huge);
    expect(room).toBeInstanceOf(Promise);
    await room;
    expect(linker.set('c.ts', '{"kind":"config","contentHash":"c"}')).toBeUndefined();
  });

  it('is recorded when it has rested, and the linker of a later thread begins with the records unless it has to forget', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'graphtail-link-thread-'));
    const file = StoredRecords.fileIn(dir);
    const records = new StoredRecords(file, '/root');
    const wanted = ids(expected());
    for (let life = 0; life < 3; life++) {
      await thread.close();
      thread = new LinkThread(dir);
      linker = thread.newLinker('/root');
      if (life === 2) linker.forget();
      for (const [path, source] of files) set(path, source);
      const told = ids(await tell('all'));
      expect(told).toEqual(life === 1 ? wanted.map((id) => (id === 'client.ts#load' ? 'recorded' : id)).sort() : wanted);
      await eventually(() => [...files.keys()].every((path) => records.get(path) !== undefined), 20_000);
      const record = records.get('client.ts')!;
      const nodes = record.graph.nodes.map((node) => (node.name === 'load' ? { ...node, id: 'recorded' } : node));
      records.put([{ ...record, graph: { ...record.graph, nodes } }]);
    }
    file.close();
    rmSync(dir, { recursive: true });
  }, 60_000);

  it('shares the thread with other linkers, and knows nothing of their files', async () => {
    const other = thread.newLinker('/root');
    void other.set('x.ts', JSON.stringify(ecmascript.extract('export const x = 1;', 'x.ts', 'x')));
    const told = await Array.fromAsync(other.link('all', signal));
    expect(told.flatMap(([, output]) => output?.nodes.map(({ id }) => id) ?? [])).toEqual(['x.ts', 'x.ts#x']);
    expect((await tell('all')).has('x.ts')).toBeFalse();
    other.close();
  });
});

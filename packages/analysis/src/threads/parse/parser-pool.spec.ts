import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { eventually } from '../../../../../tests/support/eventually.ts';
import type { SourceExtraction } from '../../extraction/extraction.ts';
import { CacheFile } from '../cache-file.ts';
import { EXTRACTIONS } from './extract-file.ts';
import { ParserPool, type ExtractedFile } from './parser-pool.ts';

describe('the parser pool', () => {
  let root: string;
  let pool: ParserPool | undefined;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'graphtail-pool-'));
  });

  afterEach(async () => {
    await pool?.close();
    pool = undefined;
    rmSync(root, { recursive: true, force: true });
  });

  async function extract(paths: string[], anew = false): Promise<Map<string, ExtractedFile>> {
    const found = new Map<string, ExtractedFile>();
    await pool!.extract(
      paths.map((path) => ({ root, path, anew })),
      (file) => {
        found.set(file.path, file);
        return undefined;
      },
    );
    return found;
  }

  function nodesOf(file: ExtractedFile | undefined): string[] {
    const { nodes } = JSON.parse(file!.extraction!.json) as SourceExtraction;
    return nodes.map(({ suffix, parse_error }) => parse_error ?? suffix);
  }

  it('extracts on several threads, and reports each file, also broken and missing ones', async () => {
    pool = new ParserPool({ workers: 2 });
    for (let i = 0; i < 30; i++) writeFileSync(join(root, `f${String(i)}.ts`), `export function f${String(i)}() {}`);
    writeFileSync(join(root, 'broken.ts'), 'class {{');
    writeFileSync(join(root, 'deep.ts'), `const a = ${'[\n'.repeat(200_000)}${']'.repeat(200_000)};`);
    const paths = [...Array.from({ length: 30 }, (_, i) => `f${String(i)}.ts`), 'broken.ts', 'gone.ts', 'deep.ts'];
    const found = await extract(paths);
    expect([...found.keys()].sort()).toEqual([...paths].sort());
    expect(nodesOf(found.get('f7.ts'))).toEqual(['', 'f7']);
    expect(nodesOf(found.get('broken.ts'))[0]).toMatch(/\(1:\d+\)/);
    expect(nodesOf(found.get('deep.ts'))).toEqual(['nested too deeply']);
    expect(found.get('gone.ts')?.extraction).toBeUndefined();
    expect((await extract(['f1.ts'])).size).toBe(1);
  });

  it('takes equal contents from the cache, whatever their path', async () => {
    const cacheDir = join(root, 'cache');
    mkdirSync(cacheDir);
    pool = new ParserPool({ workers: 1, cacheDir });
    writeFileSync(join(root, 'a.ts'), 'export class A {}');
    writeFileSync(join(root, 'b.ts'), 'export class A {}');
    const first = (await extract(['a.ts'])).get('a.ts');
    expect(first?.cached).toBeFalse();
    const second = (await extract(['b.ts'])).get('b.ts');
    expect(second?.cached).toBeTrue();
    expect(second?.extraction).toEqual(first?.extraction);
  });

  it('extracts again if requested, which replaces a wrong cache entry', async () => {
    const cacheDir = join(root, 'cache');
    mkdirSync(cacheDir);
    pool = new ParserPool({ workers: 1, cacheDir });
    writeFileSync(join(root, 'a.ts'), 'export class A {}');
    const first = (await extract(['a.ts'])).get('a.ts');
    const key = `${first!.extraction!.contentHash}-ts`;
    const cache = new CacheFile(cacheDir, EXTRACTIONS);
    await eventually(() => cache.get(key) === `\n${first!.extraction!.json}`);
    cache.put([[key, '\n{"kind":"wrong"}']]);
    cache.close();
    expect((await extract(['a.ts'])).get('a.ts')?.extraction?.json).toBe('{"kind":"wrong"}');

    const anew = (await extract(['a.ts'], true)).get('a.ts');
    expect([anew?.cached, anew?.extraction]).toEqual([false, first?.extraction]);
    expect((await extract(['a.ts'])).get('a.ts')?.extraction).toEqual(first?.extraction);
  });

  it('gives a thread no further file while its last results are not taken', async () => {
    pool = new ParserPool({ workers: 1 });
    const paths = Array.from({ length: 40 }, (_, i) => `f${String(i)}.ts`);
    for (const path of paths) writeFileSync(join(root, path), 'export const a = 1;');
    const taken = Promise.withResolvers<void>();
    const post = spyOn(Worker.prototype, 'postMessage').and.callThrough();
    let done = 0;
    const run = pool.extract(
      paths.map((path) => ({ root, path })),
      () => {
        done++;
        return taken.promise;
      },
    );
    await eventually(() => done === post.calls.count());
    expect(done).toBeLessThan(paths.length);
    taken.resolve();
    await run;
    expect(done).toBe(paths.length);
  });

  it('stops with the reason of the signal, and works afterwards', async () => {
    pool = new ParserPool({ workers: 1 });
    const paths = Array.from({ length: 200 }, (_, i) => `f${String(i)}.ts`);
    for (const path of paths) writeFileSync(join(root, path), 'export const a = 1;\n'.repeat(200));
    const abort = new AbortController();
    let done = 0;
    const files = paths.map((path) => ({ root, path }));
    const run = pool.extract(
      files,
      () => {
        if (++done === 5) abort.abort(new Error('enough'));
      },
      abort.signal,
    );
    await expectAsync(run).toBeRejectedWithError('enough');
    expect(done).toBe(5);
    expect((await extract(['f0.ts'])).size).toBe(1);
  });

  it('replaces a thread that dies, and only the file that killed it fails', async () => {
    pool = new ParserPool({ workers: 1 });
    writeFileSync(join(root, 'a.ts'), 'export const a = 1;');
    const post = spyOn(Worker.prototype, 'postMessage').and.callFake(function (this: Worker) {
      void this.terminate();
    });
    expect(nodesOf((await extract(['a.ts'])).get('a.ts'))).toEqual(['parser failed: parser thread ended']);
    post.and.callThrough();
    expect(nodesOf((await extract(['a.ts'])).get('a.ts'))).toEqual(['', 'a']);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheFile } from './cache-file.ts';

const KIND = { name: 'extractions', form: 1 };

describe('a cache file', () => {
  let dir: string;
  let caches: CacheFile[];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'graphtail-cache-'));
    caches = [];
  });

  afterEach(() => {
    for (const cache of caches) cache.close();
    jasmine.clock().uninstall();
    rmSync(dir, { recursive: true, force: true });
  });

  function open(folder = dir): CacheFile {
    const cache = new CacheFile(folder, KIND);
    caches.push(cache);
    return cache;
  }

  it('returns what was stored, here and in other processes, and nothing else', () => {
    open().put([
      ['a-ts', '{"kind":"source"}'],
      ['b-ts', 'another'],
    ]);
    expect([open().get('a-ts'), open().get('b-ts'), open().get('c-ts')]).toEqual(['{"kind":"source"}', 'another', undefined]);
  });

  it('can be shared by simultaneous writers', () => {
    const [one, other] = [open(), open()];
    for (let i = 0; i < 50; i++) for (const cache of [one, other]) cache.put([[`${String(i)}-${String(cache === one)}`, 'x']]);
    expect(open().get('49-true')).toBe('x');
    expect(one.get('0-false')).toBe('x');
  });

  it('drops the oldest entries beyond its limit', () => {
    jasmine.clock().install().mockDate(new Date(1000));
    const cache = open();
    for (let i = 0; i < 10; i++) {
      jasmine.clock().mockDate(new Date(2000 + i));
      cache.put([[`entry-${String(i)}`, Array.from({ length: 300 }, (_, at) => String((at + 1) * (i + 7) * 7919)).join()]]);
    }
    const kept = (): number[] => Array.from({ length: 10 }, (_, i) => i).filter((i) => cache.get(`entry-${String(i)}`) !== undefined);
    cache.trim(1024 * 1024);
    expect(kept().length).toBe(10);
    cache.trim(6000);
    expect(kept().length).toBeGreaterThan(1);
    expect(kept().length).toBeLessThan(8);
    expect(kept().at(-1)).toBe(9);
    expect(kept()).toEqual(Array.from({ length: kept().length }, (_, i) => i + 10 - kept().length));
  });

  it('removes entries of other versions', () => {
    mkdirSync(join(dir, 'extractions-of-another-version'));
    writeFileSync(join(dir, 'extractions-0.1.sqlite'), '');
    open().put([['a-ts', 'x']]);
    expect(readdirSync(dir).filter((name) => !/^extractions-[\d.]+sqlite/.test(name) || name.startsWith('extractions-0.1'))).toEqual([]);
  });

  it('begins again if its file is damaged', () => {
    open().put([['a-ts', 'x']]);
    caches.pop()!.close();
    const [file] = readdirSync(dir);
    writeFileSync(join(dir, file!), 'no database'.repeat(1000));
    const cache = open();
    expect(cache.get('a-ts')).toBeUndefined();
    cache.put([['a-ts', 'y']]);
    expect(open().get('a-ts')).toBe('y');
  });

  it('caches nothing, and does no harm, if its folder is missing or is a file', () => {
    writeFileSync(join(dir, 'file'), '');
    for (const name of ['file', 'missing']) {
      const cache = open(join(dir, name));
      cache.put([['a-ts', '{}']]);
      cache.trim();
      expect(cache.get('a-ts')).toBeUndefined();
    }
  });
});

import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExtractionCache } from './extraction-cache.ts';

describe('the extraction cache', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'graphtail-cache-'));
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('gives back what was put, and nothing for what was not', () => {
    const cache = new ExtractionCache(dir);
    cache.put('a-ts', '{"kind":"source"}');
    expect(new ExtractionCache(dir).get('a-ts')).toBe('{"kind":"source"}');
    expect(cache.get('b-ts')).toBeUndefined();
  });

  it('drops the oldest entries beyond its bound, and those of other versions', () => {
    mkdirSync(join(dir, 'extractions-of-another-version'));
    const cache = new ExtractionCache(dir);
    const [folder] = readdirSync(dir).filter((name) => name !== 'extractions-of-another-version');
    for (let i = 0; i < 10; i++) {
      const path = join(dir, folder!, `entry-${String(i)}`);
      writeFileSync(path, Buffer.alloc(1000));
      utimesSync(path, 1000 + i, 1000 + i);
    }
    ExtractionCache.trim(dir, 8000);
    expect(readdirSync(dir)).toEqual([folder!]);
    expect(readdirSync(join(dir, folder!)).sort()).toEqual(['entry-4', 'entry-5', 'entry-6', 'entry-7', 'entry-8', 'entry-9']);
    expect(cache.get('entry-0')).toBeUndefined();
  });

  it('is of no use, and no harm, where its folder can not be made', () => {
    writeFileSync(join(dir, 'file'), '');
    const cache = new ExtractionCache(join(dir, 'file'));
    cache.put('a-ts', '{}');
    expect(cache.get('a-ts')).toBeUndefined();
  });
});

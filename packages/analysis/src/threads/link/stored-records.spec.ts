import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordText } from '../../linker/link-record.ts';
import { Linker } from '../../linker/linker.ts';
import { put, type Sources } from '../../testing/code-base.ts';
import { Outputs, linkFresh } from '../../testing/outputs.ts';
import type { CacheFile } from '../cache-file.ts';
import { StoredRecords } from './stored-records.ts';

const SOURCES: Sources = {
  'lib.ts': 'export function used(): number { return 1; }\nexport function other() {}',
  'user.ts': "import { used } from './lib'; used();",
  'second.ts': "import { other } from './lib'; import 'react'; other();",
  'server.ts': "import express from 'express'; const app = express(); app.get('/items', () => {});",
  'client.ts': "export const load = () => fetch('/items');",
};

describe('A linker of a new process', () => {
  let dir: string;
  let file: CacheFile;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'graphtail-records-'));
    file = StoredRecords.fileIn(dir);
  });
  afterEach(() => {
    file.close();
    rmSync(dir, { recursive: true });
  });

  /** Links with the records that are stored, and stores the new ones. @returns the number of files that were linked */
  function life(sources: Sources, root = '/root'): number {
    const records = new StoredRecords(file, root);
    const linker = new Linker({ memory: records });
    for (const [path, source] of Object.entries(sources)) put(linker, path, source);
    const result = linker.link();
    const outputs = new Outputs();
    outputs.take(result);
    expect(outputs.digest()).toEqual(linkFresh(new Map(Object.entries(sources))));
    for (let record = linker.nextRecord(); record !== undefined; record = linker.nextRecord()) records.put([record]);
    return result.stats.relinked;
  }

  it('links only files that changed meanwhile, and those that depend on the change', () => {
    expect(life(SOURCES)).toBe(5);
    expect(life(SOURCES)).toBe(0);
    expect(life({ ...SOURCES, 'lib.ts': `// moved\n${SOURCES['lib.ts']!}` })).toBe(1);
    expect(life({ ...SOURCES, 'lib.ts': 'export function renamed() {}\nexport function other() {}' })).toBe(2);
    const { 'lib.ts': gone, ...others } = SOURCES;
    expect(gone).toBeDefined();
    expect(life(others)).toBe(2);
    expect(life(others)).toBe(0);
    expect(life({ ...others, 'lib/index.ts': 'export const used = () => 1;' })).toBe(3);
  });

  it('takes nothing from another root', () => {
    life(SOURCES);
    expect(life(SOURCES, '/other')).toBe(5);
    expect(life(SOURCES)).toBe(0);
  });

  it('links anew where a record is damaged, is of another file, or says something about another file', () => {
    life(SOURCES);
    const records = new StoredRecords(file, '/root');
    const keyOf = spyOn(file, 'put').and.callThrough();
    const good = records.get('user.ts')!;
    records.put([good]);
    const key = [...keyOf.calls.mostRecent().args[0]][0]![0];
    const text = recordText(good);
    const foreign = JSON.parse(text) as { graph: { nodes: { file_path: string }[] } };
    foreign.graph.nodes[0]!.file_path = 'lib.ts';
    const wrong = [
      '',
      'null',
      '[]',
      '{}',
      text.slice(0, -20),
      recordText(records.get('lib.ts')!),
      JSON.stringify(foreign),
      JSON.stringify({ ...good, uses: {} }),
      JSON.stringify({ ...(JSON.parse(text) as object), needs: [{}] }),
      JSON.stringify({ ...(JSON.parse(text) as object), needs: [null] }),
      JSON.stringify({ ...(JSON.parse(text) as object), http: null }),
      JSON.stringify({ ...(JSON.parse(text) as object), methods: {} }),
      JSON.stringify({ ...(JSON.parse(text) as object), graph: { nodes: {}, relationships: 'x' } }),
    ];
    for (const each of wrong) {
      file.put([[key, each]]);
      expect(life(SOURCES)).withContext(each.slice(0, 80)).toBe(1);
    }
  });
});

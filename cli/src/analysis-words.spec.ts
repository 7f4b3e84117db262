import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LANGUAGES, wordsForCompleted } from './analysis-words.ts';

const DONE = {
  ...{ analysis_id: 'a', reason: 'requested', node_count: 1204, relationship_count: 1, changes: 1205, files_failed: 0 },
  ...{ files_skipped: 0, skipped: [], duration_ms: 1250, state_digest: '0000000000000000' },
};

describe('what an analysis found, in words', () => {
  it('counts files, nodes, relationships and changes', () => {
    expect(wordsForCompleted(DONE, 2)).toBe('2 files, 1,204 nodes, 1 relationship; 1,205 changes in 1.3 s');
    expect(wordsForCompleted({ ...DONE, files_failed: 2 })).toBe('1,204 nodes, 1 relationship; 1,205 changes in 1.3 s; 2 did not parse');
  });

  it('tells what was passed over, and why', () => {
    const skipped = [
      { kind: '.elm', reason: 'no reader', count: 182 },
      { kind: '.sh', reason: 'no reader', count: 3 },
      { kind: '.js', reason: 'minified', count: 2 },
      { kind: '.ts', reason: 'binary', count: 1 },
    ];
    expect(wordsForCompleted({ ...DONE, files_skipped: 188, skipped })).toMatch(
      /; 182 \.elm, 3 \.sh skipped: no reader; 2 \.js skipped: minified; 1 other file skipped$/,
    );
  });

  it('says of an empty folder what it looked for: each language of docs/LANGUAGES.md', () => {
    const words = wordsForCompleted({
      ...DONE,
      node_count: 0,
      files_skipped: 1,
      skipped: [{ kind: '.elm', reason: 'no reader', count: 1 }],
    });
    expect(words).toMatch(/^nothing to read: no files of JavaScript, TypeScript, .* or Lua; 1 \.elm skipped: no reader$/);
    const table = readFileSync(join(import.meta.dirname, '../../docs/LANGUAGES.md'), 'utf8').matchAll(
      /^\| (?!language|---)([^|]+?) \| `\./gm,
    );
    expect([...LANGUAGES].sort()).toEqual([...table].flatMap(([, names]) => names!.split(', ')).sort());
  });
});

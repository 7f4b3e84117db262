import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Extraction, SourceExtraction } from '../../extraction/extraction.ts';
import { extractFile } from './extract-file.ts';
import { ParserPool } from './parser-pool.ts';

const CODE = '/** Adds. */\nexport function add(a: number): number {\n  return a;\n}\n';
const PYTHON = 'def add(a):\n    """Adds."""\n    return a\n';
const MIB = 1024 * 1024;
const NOBODY = 65_534;

describe('an odd file', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'graphtail-odd-'));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function extract(name: string, content: string | Uint8Array): SourceExtraction {
    writeFileSync(join(root, name), content);
    return read(name);
  }

  function read(name: string): SourceExtraction {
    const found = extractFile(root, name, undefined);
    if ('gone' in found) throw new Error('gone');
    return JSON.parse(found.json) as SourceExtraction;
  }

  const said = (extraction: SourceExtraction): object => ({ ...extraction, contentHash: '' });
  const troubleOf = (extraction: Extraction | undefined): string | undefined =>
    extraction?.kind === 'source' ? extraction.nodes[0]?.parse_error : undefined;

  it('gives the same result with a byte order mark, in UTF-16, and with CRLF', () => {
    const plain = extract('a.ts', CODE);
    expect(plain.nodes.map(({ suffix }) => suffix)).toEqual(['', 'add']);
    const swapped = Buffer.from(`\uFEFF${CODE}`, 'utf16le').swap16();
    for (const odd of [`\uFEFF${CODE}`, Buffer.from(`\uFEFF${CODE}`, 'utf16le'), swapped, CODE.replaceAll('\n', '\r\n')]) {
      expect(said(extract('a.ts', odd))).toEqual(said(plain));
    }
    expect(said(extract('a.py', `\uFEFF${PYTHON.replaceAll('\n', '\r\n')}`))).toEqual(said(extract('a.py', PYTHON)));
  });

  it('is read if it is no UTF-8, without the invalid letters', () => {
    const latin1 = extract('a.ts', Buffer.from('// na\xefve\nexport function f() {}\n', 'latin1'));
    expect(latin1.nodes.map(({ suffix }) => suffix)).toEqual(['', 'f']);
    expect(troubleOf(latin1)).toBeUndefined();
  });

  it('that is too large, minified or binary is a file node with the reason', () => {
    expect(troubleOf(extract('generated.ts', CODE.repeat((10 * MIB) / CODE.length)))).toBe('skipped: larger than 1 MiB');
    expect(troubleOf(extract('app.min.js', 'a()'))).toBe('skipped: minified');
    expect(troubleOf(extract('bundle.js', 'a();'.repeat(5_000)))).toBe('skipped: minified');
    expect(troubleOf(extract('image.js', Buffer.alloc(100)))).toBe('skipped: binary');
    const empty = extract('empty.ts', '');
    expect([troubleOf(empty), empty.nodes.length]).toEqual([undefined, 1]);
  });

  it('that is too large is identified by its content, by half of SHA-256 like any other', () => {
    const [one, two] = ['a', 'b'].map((letter) => extract('large.ts', CODE.repeat(30_000) + letter).contentHash);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(extract('none.ts', '').contentHash).toBe('e3b0c44298fc1c149afbf4c8996fb924');
  });

  it('that cannot be read is a file node with the reason, and gone if it is a folder now', () => {
    writeFileSync(join(root, 'secret.ts'), CODE);
    chmodSync(join(root, 'secret.ts'), 0);
    chmodSync(root, 0o755);
    const asRoot = process.geteuid?.() === 0;
    if (asRoot) process.seteuid?.(NOBODY);
    try {
      expect(troubleOf(read('secret.ts'))).toBe('unreadable: EACCES');
    } finally {
      if (asRoot) process.seteuid?.(0);
    }
    mkdirSync(join(root, 'folder.ts'));
    expect(extractFile(root, 'folder.ts', undefined)).toEqual({ gone: true });
  });

  it('of ten thousand parentheses harms no thread, in any language, and the rest of it is found', async () => {
    const deep = `${'('.repeat(10_000)}1${')'.repeat(10_000)}`;
    const files: Record<string, string> = {
      'a.ts': `function near() {}\nconst x = ${deep};`,
      'a.jsx': `function near() {}\nconst x = ${deep};`,
      'a.py': `def near():\n  pass\nx = ${deep}\n`,
      'a.go': `package a\nfunc near() {}\nvar x = ${deep}\n`,
      'a.rb': `def near\nend\nx = ${deep}\n`,
      'A.java': `class A { void near() {} int x = ${deep}; }`,
      'A.cs': `class A { void near() {} int x = ${deep}; }`,
      'a.php': `<?php function near() {} $x = ${deep};`,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    const pool = new ParserPool({ workers: 1 });
    const found: string[] = [];
    await pool.extract(
      Object.keys(files).map((path) => ({ root, path })),
      ({ path, extraction }) => {
        expect([path, extraction?.parseError]).toEqual([path, undefined]);
        if ((JSON.parse(extraction!.json) as SourceExtraction).nodes.some(({ name }) => name === 'near')) found.push(path);
      },
    );
    await pool.close();
    expect(found.sort()).toEqual(Object.keys(files).sort());
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParserPool } from '../threads/parse/parser-pool.ts';
import { discoverFiles } from './discover.ts';
import { readText, withRegularFile } from './regular-file.ts';

const CODE = 'export function near() {}\n';
const MIB = 1024 * 1024;

describe('a hostile repository', () => {
  let root: string;
  let outside: string;
  let pool: ParserPool;

  beforeAll(() => {
    pool = new ParserPool({ workers: 1 });
  });
  afterAll(() => pool.close());
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'graphtail-hostile-'));
    outside = mkdtempSync(join(tmpdir(), 'graphtail-outside-'));
  });
  afterEach(() => {
    for (const folder of [root, outside]) rmSync(folder, { recursive: true, force: true });
  });

  const at = (path: string): string => join(root, path);
  const fifo = (path: string): void => void execFileSync('mkfifo', [at(path)]);

  /** What becomes of every file that is found: its trouble, '' for none. */
  async function analyse(): Promise<Record<string, string>> {
    const { files } = await discoverFiles(root);
    const found: Record<string, string> = {};
    await pool.extract(
      files.map(({ path, size }) => ({ root, path, size })),
      ({ path, extraction }) => void (found[path] = extraction === undefined ? 'gone' : (extraction.parseError ?? '')),
    );
    return found;
  }

  const reasons = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await discoverFiles(root)).skipped.map(({ path, reason }) => [path, reason]));

  it('whose ignore files are links, pipes, sockets, folders or huge is read without them, and each is reported with its reason', async () => {
    const socket: Server = createServer();
    for (const folder of ['device', 'pipe', 'folder', 'huge', 'loop', 'socket']) mkdirSync(at(folder));
    symlinkSync('/dev/zero', at('device/.gitignore'));
    fifo('pipe/.gitignore');
    mkdirSync(at('folder/.gitignore'));
    writeFileSync(at('huge/.graphignore'), '');
    truncateSync(at('huge/.graphignore'), 2 * 1024 * MIB);
    symlinkSync('.gitignore', at('loop/.gitignore'));
    await new Promise<void>((resolve) => socket.listen(at('socket/.gitignore'), resolve));
    writeFileSync(at('a.ts'), CODE);
    try {
      const before = process.memoryUsage().rss;
      expect(await reasons()).toEqual({
        'device/.gitignore': 'symbolic link',
        'folder/.gitignore': 'folder',
        'huge/.graphignore': 'larger than 256 KiB',
        'loop/.gitignore': 'symbolic link',
        'pipe/.gitignore': 'not a regular file',
        'socket/.gitignore': 'not a regular file',
      });
      expect(await analyse()).toEqual({ 'a.ts': '' });
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB);
    } finally {
      socket.close();
    }
  });

  it('whose sources and configurations are links, pipes or folders is analysed without them', async () => {
    for (const name of ['package.json', 'tsconfig.json', 'zero.ts']) symlinkSync('/dev/zero', at(name));
    for (const name of ['pipe.ts', 'go.mod']) fifo(name);
    mkdirSync(at('folder.ts'));
    symlinkSync(root, at('loop'));
    writeFileSync(join(outside, 'secret.ts'), CODE);
    symlinkSync(outside, at('away'));
    symlinkSync(join(outside, 'secret.ts'), at('secret.ts'));
    writeFileSync(at('a.ts'), CODE);
    linkSync(at('a.ts'), at('hard.ts'));

    expect(await analyse()).toEqual({ 'a.ts': '', 'hard.ts': '' });
    expect(await reasons()).toEqual({
      'go.mod': 'not a regular file',
      'package.json': 'symbolic link',
      'pipe.ts': 'not a regular file',
      'secret.ts': 'symbolic link',
      'tsconfig.json': 'symbolic link',
      'zero.ts': 'symbolic link',
    });
  });

  it('that replaces a found file by a link or a pipe gets nothing read', async () => {
    writeFileSync(join(outside, 'b.ts'), CODE);
    symlinkSync(outside, at('folder'));
    symlinkSync('/dev/zero', at('a.ts'));
    fifo('pipe.ts');
    const troubles: (string | undefined)[] = [];
    await pool.extract(
      ['a.ts', 'folder/b.ts', 'pipe.ts'].map((path) => ({ root, path })),
      ({ extraction }) => void troubles.push(extraction?.parseError),
    );

    expect(troubles.sort()).toEqual(['unreadable: not a regular file', 'unreadable: outside of the root', 'unreadable: symbolic link']);
  });

  it('with a sparse file of gigabytes, a million parentheses, odd names and unreadable files is analysed', async () => {
    writeFileSync(at('sparse.ts'), '');
    truncateSync(at('sparse.ts'), 64 * 1024 * MIB);
    writeFileSync(at('sparse-too.json'), '');
    writeFileSync(at('deep.ts'), `const x = ${'('.repeat(250_000)}1${')'.repeat(250_000)};`);
    writeFileSync(at('package.json'), '['.repeat(1_000_000));
    writeFileSync(at('new\nline\u001b[2J.ts'), CODE);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.ts')]), CODE);
    writeFileSync(at('secret.ts'), CODE);
    chmodSync(at('secret.ts'), 0);
    writeFileSync(at('a.ts'), CODE);
    const found = await analyse();

    expect(found['sparse.ts']).toBe('skipped: larger than 1 MiB');
    expect(found['deep.ts']).toMatch(/nested|parser failed|^$/);
    expect([found['a.ts'], found['new\nline\u001b[2J.ts']]).toEqual(['', '']);
    expect(await reasons()).toEqual({ '\uFFFD\uFFFD.ts': 'its name is not UTF-8' });
    expect(Object.keys(found).sort()).toEqual(
      ['a.ts', 'deep.ts', 'new\nline\u001b[2J.ts', 'package.json', 'secret.ts', 'sparse.ts'].sort(),
    );
  }, 60_000);

  it('cannot cause an endless read with a file that grows or claims to be empty', () => {
    expect(() => readText('/proc/self', 'environ', 1)).toThrowError(/larger than/);
    expect(withRegularFile('/proc/self', 'stat', (_, size) => size)).toBe(0);
    expect(() => readText('/dev', 'zero', 1)).toThrowError('not a regular file');
  });

  it('whose ignore patterns are made for backtracking, or too many, is discovered in reasonable time', async () => {
    writeFileSync(at('.gitignore'), `${'*a*a*a*a*a*a*a*a*ab\n'.repeat(5_001)}`);
    for (let i = 0; i < 5; i++) writeFileSync(at(`${'a'.repeat(200)}${String(i)}.ts`), CODE);
    const { files, skipped } = await discoverFiles(root);

    expect(files.length).toBe(5);
    expect(skipped).toEqual([{ path: '.gitignore', reason: '1 patterns that are too many, too long or not supported' }]);
  });

  it('with very many entries in a folder is discovered completely', async () => {
    mkdirSync(at('many'));
    for (let i = 0; i < 5_000; i++) writeFileSync(at(`many/${String(i)}.txt`), '');
    writeFileSync(at('many/a.ts'), CODE);

    expect(await analyse()).toEqual({ 'many/a.ts': '' });
  });
});

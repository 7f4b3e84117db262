import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { IgnorePatterns } from './ignore-patterns.ts';

const MANY = 1_000;

describe('the patterns of an ignore file', () => {
  const verdict = (text: string, path: string, isFolder = false) => new IgnorePatterns(text, MANY).verdictOf(path, isFolder);

  for (const [text, ignored, not] of [
    ['*.log', ['a.log', 'x/a.log'], ['a.logs']],
    ['/out', ['out'], ['x/out']],
    ['a/b', ['a/b'], ['x/a/b']],
    ['**/foo/*.js', ['foo/a.js', 'x/y/foo/a.js'], ['foo/x/a.js']],
    ['foo/**', ['foo/a', 'foo/a/b'], ['foo']],
    ['a/**/b', ['a/b', 'a/x/y/b'], ['a/xb']],
    ['[]-]', [']', '-'], ['a']],
    ['\\#a', ['#a'], ['a']],
    ['a\\ ', ['a '], ['a']],
    ['# a', [], ['# a', 'a']],
  ] as const) {
    it(`${text} ignores ${ignored.join(' and ') || 'nothing'}, but not ${not.join(' or ')}`, () => {
      expect(ignored.filter((path) => verdict(text, path) !== 'ignored')).toEqual([]);
      expect(not.filter((path) => verdict(text, path) !== undefined)).toEqual([]);
    });
  }

  it('are overruled by later ones, and those that end in / apply to folders only', () => {
    expect([verdict('*.ts\n!a.ts', 'a.ts'), verdict('*.ts\n!a.ts', 'b.ts')]).toEqual(['kept', 'ignored']);
    expect([verdict('out/', 'out', true), verdict('out/', 'out', false)]).toEqual(['ignored', undefined]);
  });

  it('take linear time, also those on which a backtracking matcher would not end', () => {
    const name = 'a'.repeat(250);
    expect(verdict('*a*a*a*a*a*a*a*a*ab', name)).toBeUndefined();
    expect(verdict('**/*a*a*a*a*a*a*a*a*ab/**/x', `${`${name}/`.repeat(15)}x`)).toBeUndefined();
    expect(verdict('*a*a*a*a*a*a*a*a*ab', `${name}b`)).toBe('ignored');
  });

  it('beyond a limit, too long or not supported are counted and left out', () => {
    expect(new IgnorePatterns('a\nb\nc\n', 2).unusable).toBe(1);
    expect(new IgnorePatterns(`${'a'.repeat(1025)}\n[[:alpha:]]\n[a`, MANY).unusable).toBe(3);
  });

  it('mean the same as in git, for random patterns and paths', () => {
    const folder = mkdtempSync(join(tmpdir(), 'graphtail-ignore-'));
    const piece = fc.constantFrom('a', 'b', '.', '*', '**', '?', '/', '[ab]', '[!a]', '[^b-]', '\\*', '!', '#', ' ', '**/');
    // Git compares what stands before the first sign by itself, and then takes `a**/b` for `a` and `**/b`: a slip of its own.
    const line = fc
      .array(piece, { minLength: 1, maxLength: 7 })
      .map((pieces) => pieces.join(''))
      .filter((each) => !/[^/]\*\*/.test(each));
    const text = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
    const name = fc
      .string({ unit: fc.constantFrom('a', 'b', '.', '*', '-'), minLength: 1, maxLength: 4 })
      .filter((each) => !/^\.+$/.test(each));
    const paths = fc.uniqueArray(
      fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')),
      { minLength: 20, maxLength: 20 },
    );
    try {
      execFileSync('git', ['init', '--quiet', folder]);
      let ignored = 0;
      fc.assert(
        fc.property(text, paths, (patterns, asked) => {
          writeFileSync(join(folder, '.gitignore'), patterns);
          const own = new IgnorePatterns(patterns, MANY);
          const folders = (path: string): string[] =>
            path
              .split('/')
              .slice(0, -1)
              .map((_, i, all) => all.slice(0, i + 1).join('/'));
          const isIgnored = (path: string): boolean =>
            folders(path).some((each) => own.verdictOf(each, true) === 'ignored') || own.verdictOf(path, false) === 'ignored';
          const told = gitIgnored(folder, asked);
          ignored += told.length;
          expect(asked.filter(isIgnored)).withContext(patterns).toEqual(told);
        }),
        { numRuns: 150 },
      );

      expect(ignored).toBeGreaterThan(100);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 30_000);
});

function gitIgnored(folder: string, paths: readonly string[]): string[] {
  try {
    const args = [
      '-c',
      'core.ignorecase=false',
      '-c',
      'core.quotepath=false',
      '-c',
      'core.excludesfile=/dev/null',
      'check-ignore',
      '-z',
      '--no-index',
      '--stdin',
    ];
    return execFileSync('git', args, { cwd: folder, input: paths.join('\0'), stdio: ['pipe', 'pipe', 'ignore'] })
      .toString()
      .split('\0')
      .slice(0, -1);
  } catch {
    return []; // exit 1: none is ignored
  }
}

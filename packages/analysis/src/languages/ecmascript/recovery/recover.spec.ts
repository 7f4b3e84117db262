import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceExtraction } from '../../../extraction/extraction.ts';
import { extractBytes } from '../../../threads/parse/extract-file.ts';
import { recover } from './recover.ts';

const ROOT = join(import.meta.dirname, '../../../../../..');
/** Of the repository's files, every so many-th is broken in each way: enough of them that one large file more or less decides nothing. */
const EACH = 4;
/** Characters that are parsed for each of the text at most, and for a short one. */
const [SHARE, LEAST] = [14, 70_000];

const SOURCES = globSync(['packages/*/src/**/*.ts', 'services/*/src/**/*.ts', 'scripts/**/*.js'], { cwd: ROOT })
  .sort()
  .filter((_, i) => i % EACH === 0)
  .map((path) => ({ name: path.slice(path.lastIndexOf('/') + 1), text: readFileSync(join(ROOT, path), 'utf8') }));

/** What is done to a text, and on which line. */
type Broken = { readonly text: string; readonly line: number };

/** The same numbers each time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

function without(pattern: RegExp): (text: string, random: (below: number) => number) => Broken | undefined {
  return (text, random) => {
    const found = [...text.matchAll(pattern)];
    const at = found[random(found.length)]?.index;
    return at === undefined ? undefined : { text: text.slice(0, at) + text.slice(at + 1), line: lineAt(text, at) };
  };
}

function withLine(added: string): (text: string, random: (below: number) => number) => Broken {
  return (text, random) => {
    const lines = text.split('\n');
    const at = random(lines.length);
    lines[at] = /^\s*/.exec(lines[at]!)![0] + added;
    return { text: lines.join('\n'), line: at + 1 };
  };
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

const WAYS: Readonly<Record<string, (text: string, random: (below: number) => number) => Broken | undefined>> = {
  'without a closing bracket': without(/[)\]}]/g),
  'without an opening bracket': without(/[([{]/g),
  'without a quote': without(/['"`]/g),
  'with a statement that is being written in the place of a line': withLine('foo(bar, { x: '),
  'cut off': (text, random) => {
    const at = random(text.length);
    return { text: text.slice(0, at), line: lineAt(text, at) };
  },
};

const nodesOf = (text: string, name: string): SourceExtraction['nodes'] =>
  (extractBytes(Buffer.from(text), name, name, 'h') as SourceExtraction).nodes.filter(({ parent }) => parent !== -1);

describe('Recovering', () => {
  for (const [way, breakIt] of Object.entries(WAYS)) {
    it(`keeps nearly everything undamaged of this repository's files, each ${way}`, () => {
      const random = randomFrom(way.length);
      let [untouched, kept] = [0, 0];
      for (const { text, name } of SOURCES) {
        const broken = breakIt(text, random);
        if (broken === undefined) continue;
        const names = new Set(nodesOf(broken.text, name).map(({ qualifiedName }) => qualifiedName));
        for (const { start, end, qualifiedName } of nodesOf(text, name)) {
          if (way === 'cut off' ? end >= broken.line : start <= broken.line && end >= broken.line) continue;
          untouched++;
          if (names.has(qualifiedName)) kept++;
        }
      }
      expect(untouched).toBeGreaterThan(200);
      expect(kept / untouched).toBeGreaterThan(0.95);
    });
  }

  /** Texts of which nothing parses, or that look like one thing to indentation and another to brackets. */
  const HOSTILE: Readonly<Record<string, string>> = {
    'brackets that open': 'f(\n'.repeat(20_000),
    'brackets that open, in one line': '({['.repeat(20_000) + '();'.repeat(20_000),
    'blocks that are never closed': 'function f() {\n'.repeat(20_000),
    stairs: Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}if (x) {`).join('\n'),
    'stairs down': Array.from({ length: 500 }, (_, i) => `${' '.repeat(500 - i)}foo(`).join('\n'),
    'comments that are never closed': 'a( /*\n'.repeat(20_000),
    'templates that are never closed': 'a(`\n\\`'.repeat(20_000),
    quotes: "('\\'".repeat(30_000),
    spaces: `foo(${' '.repeat(100_000)}{\n`.repeat(3),
    decorators: '@a(\n'.repeat(20_000),
    conflicts: '<<<<<<< a\nx(\n'.repeat(10_000),
    'heads and ends': 'a(\n  b(\n)\n'.repeat(20_000),
  };
  for (const [what, text] of Object.entries(HOSTILE)) {
    it(`parses at most a multiple of the text, whatever it contains: ${what}`, () => {
      let parsed = 0;
      recover(text, (part) => {
        parsed += part.length;
        return false;
      });
      expect(parsed).toBeLessThan(Math.max(LEAST, SHARE * text.length));
      const { nodes } = extractBytes(Buffer.from(text), 'a.ts', 'a.ts', 'h') as SourceExtraction;
      expect(nodes[0]!.parse_error).toMatch(/\(\d+:\d+\)|nested too deeply/);
    });
  }

  it('keeps every line in its place', () => {
    for (const { text } of SOURCES.slice(0, 20)) {
      const recovered = recover(`${text}}`, (part) => !part.includes('}}'));
      expect(recovered.split('\n').length).toBe(text.split('\n').length);
    }
  });
});

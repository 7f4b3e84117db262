import fc from 'fast-check';
import { GlobError, compileGlob, hasGlobSyntax } from './glob.ts';

/** A glob as its parts, to be written as text and to be matched in the slow, obvious way. */
type Atom =
  | { readonly kind: 'literal' | 'stars'; readonly text: string }
  | { readonly kind: 'any' | 'slash' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly members: string }
  | { readonly kind: 'group'; readonly alternatives: readonly (readonly Atom[])[] };

const letters = 'ab.-é😀{';
const literal = fc.constantFrom(...Array.from(letters)).map((text): Atom => ({ kind: 'literal', text }));
const plain: fc.Arbitrary<Atom> = fc.oneof(
  { weight: 4, arbitrary: literal },
  { weight: 3, arbitrary: fc.constantFrom('*', '**', '***').map((text): Atom => ({ kind: 'stars', text })) },
  { weight: 3, arbitrary: fc.constant<Atom>({ kind: 'slash' }) },
  { weight: 1, arbitrary: fc.constant<Atom>({ kind: 'any' }) },
  {
    weight: 1,
    arbitrary: fc
      .record({ negated: fc.boolean(), members: fc.constantFrom('a', 'ab', 'b.', 'é😀') })
      .map((set): Atom => ({ kind: 'class', ...set })),
  },
);
const alternatives = fc.array(fc.array(plain, { maxLength: 3 }), { minLength: 2, maxLength: 3 });
const group = alternatives.map((each): Atom => ({ kind: 'group', alternatives: each }));
const glob = fc
  .array(fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: group }), { minLength: 1, maxLength: 9 })
  .filter((atoms) => atoms.filter(({ kind }) => kind === 'group').length <= 2);
const path = fc.string({ unit: fc.constantFrom(...Array.from(`${letters}//`)), maxLength: 12 });

function write(atom: Atom): string {
  if (atom.kind === 'literal') return atom.text === '{' ? '\\{' : atom.text;
  if (atom.kind === 'stars') return atom.text;
  if (atom.kind === 'group') return `{${atom.alternatives.map((each) => each.map(write).join('')).join(',')}}`;
  if (atom.kind === 'class') return `[${atom.negated ? '!' : ''}${atom.members}]`;
  return atom.kind === 'any' ? '?' : '/';
}

function expand(atoms: readonly Atom[]): Atom[][] {
  const [first, ...others] = atoms;
  if (first === undefined) return [[]];
  const fronts = first.kind === 'group' ? first.alternatives : [[first]];
  return expand(others).flatMap((rest) => fronts.map((front) => [...front, ...rest]));
}

function segmentsOf(atoms: readonly Atom[]): Atom[][] {
  const segments: Atom[][] = [[]];
  for (const atom of atoms)
    if (atom.kind === 'slash') segments.push([]);
    else segments.at(-1)!.push(atom);
  return segments;
}

const isTwoStars = (segment: readonly Atom[]): boolean =>
  segment.every(({ kind }) => kind === 'stars') && segment.map(write).join('') === '**';

function segmentMatches(atoms: readonly Atom[], text: readonly string[]): boolean {
  const [atom, ...others] = atoms;
  if (atom === undefined) return text.length === 0;
  if (atom.kind === 'stars') return segmentMatches(others, text) || (text.length > 0 && segmentMatches(atoms, text.slice(1)));
  const [character, ...rest] = text;
  if (character === undefined) return false;
  if (atom.kind === 'literal' && atom.text !== character) return false;
  if (atom.kind === 'class' && Array.from(atom.members).includes(character) === atom.negated) return false;
  return segmentMatches(others, rest);
}

function segmentsMatch(pattern: readonly Atom[][], folders: readonly string[]): boolean {
  const [segment, ...others] = pattern;
  if (segment === undefined) return folders.length === 0;
  const [folder, ...rest] = folders;
  if (isTwoStars(segment)) {
    if (others.length === 0) return folder !== undefined;
    return segmentsMatch(others, folders) || (folder !== undefined && segmentsMatch(pattern, rest));
  }
  return folder !== undefined && segmentMatches(segment, Array.from(folder)) && segmentsMatch(others, rest);
}

function obviousMatch(atoms: readonly Atom[], text: string): boolean {
  return expand(atoms).some((each) => {
    const segments = segmentsOf(each);
    const [first = [], second] = segments;
    const isLead = second !== undefined && (first.length === 0 || first.map(write).join('') === '.');
    const relative = isLead ? segments.slice(1) : segments;
    const ending = each.at(-1)?.kind === 'slash' ? [...relative.slice(0, -1), [{ kind: 'stars', text: '**' } as const]] : relative;
    return segmentsMatch(ending, text.split('/'));
  });
}

describe('a glob', () => {
  const table: readonly (readonly [glob: string, matched: readonly string[], not: readonly string[]])[] = [
    ['*.ts', ['a.ts', '.ts'], ['src/a.ts', 'a.tsx', 'A.TS']],
    ['**/*.ts', ['a.ts', 'src/a.ts', '.github/x/a.ts'], ['a.js']],
    ['src/**', ['src/a', 'src/a/b', 'src/.env'], ['src', 'srcs/a', 'lib/src/a']],
    ['src/', ['src/a', 'src/a/b'], ['src']],
    ['./src/*.ts', ['src/a.ts'], ['./src/a.ts']],
    ['/src/*.ts', ['src/a.ts'], ['lib/src/a.ts']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb']],
    ['a**b', ['ab', 'axb'], ['a/b']],
    ['?.[a-c]', ['x.b', '😀.a'], ['x.d', '/.a', 'xx.a']],
    ['[!a-c]', ['d', '-'], ['a', '/', '']],
    ['[^a]', ['b'], ['a']],
    ['[a-]', ['a', '-'], ['b']],
    ['[\\]\\-]', [']', '-'], ['\\']],
    ['{src,lib}/**/*.{ts,tsx}', ['src/a.ts', 'lib/x/b.tsx'], ['test/a.ts', 'src/a.js']],
    ['{**/a,b}/c', ['a/c', 'x/a/c', 'b/c'], ['x/b/c']],
    ['a{,.spec}.ts', ['a.ts', 'a.spec.ts'], ['a.x.ts']],
    ['app/(group)/\\[id\\]/page.ts', ['app/(group)/[id]/page.ts'], ['app/(group)/i/page.ts']],
    ['a\\*', ['a*'], ['ab']],
    ['**', ['a', 'a/b'], []],
  ];
  for (const [text, matched, not] of table) {
    it(`[G2] ${text} matches ${matched.join(' and ')}, but not ${not.join(' or ')}`, () => {
      const matches = compileGlob(text);

      expect(matched.filter((each) => !matches(each))).toEqual([]);
      expect(not.filter(matches)).toEqual([]);
    });
  }

  const outside: readonly (readonly [glob: string, complaint: RegExp])[] = [
    ['+([a-z]|[a-z/]|[a-z/.])!', /extended glob \+\(/],
    [`${'{**,**}'.repeat(4)}${'{[^@],[^@][^@]}'.repeat(14)}@`, /more than 8 alternatives/],
    ['@(a|b)', /extended glob/],
    ['!src/**', /begins with !/],
    ['{a,{b,c}}', /braces inside braces/],
    ['{a,b', /without its \}/],
    ['a}', /without its \{/],
    ['[a', /without its \]/],
    ['a]', /without its \[/],
    ['{a}', /without a comma/],
    ['{1..3}', /without a comma/],
    ['{a,b,c,d,e}/{f,g,h,i}', /more than 8 alternatives/],
    ['[]', /empty character class/],
    ['[z-a]', /ends before it begins/],
    ['[a/b]', /a \/ in a character class/],
    ['[[:alpha:]]', /named character class/],
    ['a\\', /escapes nothing/],
    ['a'.repeat(257), /more than 256 characters/],
  ];
  for (const [text, complaint] of outside) {
    it(`[G5] is not ${text.slice(0, 40)}, and the reason is told`, () => {
      expect(() => compileGlob(text)).toThrowError(GlobError, complaint);
    });
  }

  it('[G1] [G2] [G3] [G4] matches what a slow, obvious matcher does, for random patterns and paths', () => {
    let matched = 0;
    fc.assert(
      fc.property(glob, path, (atoms, text) => {
        const pattern = atoms.map(write).join('');
        const expected = obviousMatch(atoms, text);
        if (expected) matched++;
        return compileGlob(pattern)(text) === expected;
      }),
      { numRuns: 20_000 },
    );

    expect(matched).toBeGreaterThan(500);
  });

  it('[G6] moves all states of the longest pattern through a long path at once, on which backtracking would not end', () => {
    const stars = compileGlob(`${'*a'.repeat(127)}b`);
    const choices = compileGlob(`{,a,b}{,a,b}{,a}*a${'?'.repeat(200)}b`);

    expect(stars('a'.repeat(4096))).toBeFalse();
    expect(stars(`${'a'.repeat(4096)}b`)).toBeTrue();
    expect(choices(`${'ab'.repeat(2048)}`)).toBeTrue();
    expect(choices(`${'ab'.repeat(2048)}a`)).toBeFalse();
  });

  it('[G2] lets `**` stand for no folder at any place', () => {
    for (let length = 0; length < 70; length++) {
      const start = 'a'.repeat(length);
      expect([length, compileGlob(`${start}/**/b`)(`${start}/b`)]).toEqual([length, true]);
    }
  });

  it('is recognised by its special characters', () => {
    expect(['src/*.ts', 'a?', '[a]', '{a,b}', 'a\\*', '!a', '+(a)'].filter((text) => !hasGlobSyntax(text))).toEqual([]);
    expect(['src/a.ts', 'app/(group)/page.ts', 'a!b', 'a+b', 'a,b'].filter(hasGlobSyntax)).toEqual([]);
  });
});

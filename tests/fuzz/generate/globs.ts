import fc from 'fast-check';

/** A glob, and whether docs/PROTOCOL.md's grammar refuses it. */
export type Glob = { readonly text: string; readonly refused: boolean };

const letters = fc.constantFrom('a', 'src', 'odd', 'class1', '.', '-', 'é', 'layers', '%', '#');
const wild = fc.constantFrom('*', '**', '?', '[a-z]', '[!a-z]', '[^@]', '[]', '[z-a]', '[[:alpha:]]', '{a,b}', '{src,lib}');
const piece = fc.oneof({ weight: 3, arbitrary: letters }, { weight: 2, arbitrary: wild }, { weight: 1, arbitrary: fc.constant('/') });

const plain = fc.array(piece, { minLength: 1, maxLength: 16 }).map((pieces) => pieces.join(''));

const repeated = (unit: fc.Arbitrary<string>, most: number, end: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(unit, fc.integer({ min: 1, max: most }), end).map(([text, times, tail]) => text.repeat(times) + tail);

/** What lets a matcher that backtracks try every way to divide a path. */
const exploding = fc.oneof(
  repeated(fc.constantFrom('*a', 'a*', '**/', '*?', '?*', '[^@]*', '{*,?}', '{a,b}*', '**a'), 40, fc.constantFrom('', 'b', '@', '/x')),
  repeated(fc.constantFrom('{[^@],[^@][^@]}', '{**,**}', '{a,ab}{b,}'), 8, fc.constantFrom('', '@', 'zz')),
);

const extended = fc
  .tuple(
    fc.constantFrom('+', '*', '?', '@', '!'),
    fc.array(fc.constantFrom('[a-z]', '[a-z/]', '[a-z/.]', 'a', '*a', '+(a)'), { minLength: 1, maxLength: 4 }),
  )
  .map(([sign, alternatives]) => `${sign}(${alternatives.join('|')})!`);

const nested = fc.constantFrom('{a,{b,c}}', '{**,{*,{?,x}}}', '{{a,b},{c,d}}/*', '{a,{b,{c,{d,{e,f}}}}}');
const broken = fc.constantFrom(
  '{a',
  'a}',
  '{',
  '[',
  '[a',
  '\\',
  '{a,b',
  '[!',
  '(',
  'a|b',
  '!(a)',
  '{,}',
  '{}',
  '{1..999999}',
  '{a..z}',
  '\u0000',
  '/',
  '//',
  '../**',
);

const some = (texts: fc.Arbitrary<string>, refused: boolean): fc.Arbitrary<Glob> => texts.map((text) => ({ text, refused }));

/** Globs within the grammar and beyond it. */
export const globs: fc.Arbitrary<Glob> = fc.oneof(
  some(plain, false),
  some(exploding, false),
  some(broken, false),
  some(extended, true),
  some(nested, true),
  some(fc.constantFrom('a'.repeat(257), '*'.repeat(300), '{a,b,c,d,e,f,g,h,i}', '['.repeat(1000)), true),
);

import fc from 'fast-check';
import { NODES } from '../rig/codebase.ts';

/** Texts that parsers, escapes and regular expressions stumble over. */
export const oddTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\u001b[31m',
    '%',
    '%zz',
    '__proto__',
    'constructor',
    'toString',
    '😀',
    '\ud800',
    "' OR 1=1",
    '<script>',
    '../../etc/passwd',
    '.*',
    '(a+)+$',
    'a'.repeat(513),
    'ß'.repeat(3000),
    'null',
    'undefined',
    '[object Object]',
    'NaN',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
);

/** Ids of nodes: those whose questions are expensive, odd ones, and ones that are not there. */
export const ids: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.values(NODES)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('pkg:npm/react', 'no/such.ts', 'src/hub.ts#', '#', 'src//hub.ts', '/src/hub.ts', 'x'.repeat(4097)),
  },
  { weight: 1, arbitrary: oddTexts },
);

/** What is searched for. */
export const terms: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('log', 'step', 'method1', 'e', 'S0', 'Class', 'LongName', 'odd', 'm d', 'src/'),
  oddTexts,
);

/** Numbers as people, and those who mean harm, write them. */
export const numberTexts: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: -2, max: 2000 }).map(String),
  fc.constantFrom(
    '0x10',
    '1e3',
    '1.5',
    '-0',
    '+1',
    ' 5',
    '5 ',
    '',
    'NaN',
    'Infinity',
    '٣',
    '1_000',
    '9007199254740993',
    '1'.repeat(400),
    '0b1',
    '08',
    '1,2',
    'true',
  ),
);

/** Numbers that `limit=` and its like must refuse, in the contract's words: hexadecimal, exponents, blanks. */
export const refusedNumbers: fc.Arbitrary<string> = fc.constantFrom(
  '0x10',
  '1e3',
  'NaN',
  'Infinity',
  '1.5',
  'ten',
  '1_000',
  '-1',
  '1'.repeat(400),
);

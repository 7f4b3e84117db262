import fc from 'fast-check';

/** Offsets of this log, of no log, and texts that only look like offsets. */
export const offsets: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '@head@',
    '0-0',
    '@epoch@-1',
    '@epoch@-17',
    '@epoch@-99999999',
    '1-1',
    '1-0',
    '9007199254740991-1',
    '@epoch@-9007199254740991',
  ),
  fc.tuple(fc.nat(), fc.nat()).map(([epoch, seq]) => `${String(epoch)}-${String(seq)}`),
  fc.nat(7000).map((seq) => `@epoch@-${String(seq)}`),
  fc.constantFrom(
    '',
    '-',
    '1',
    '1-',
    '-1',
    '01-1',
    '1-01',
    '1-1-1',
    '+1-1',
    '1e3-1',
    '0x1-1',
    ' 1-1',
    '1-1 ',
    '１-１',
    '9007199254740993-1',
    '99999999999999999999-1',
    'NaN-NaN',
    '1-1\n',
    '*',
  ),
);

/** Where a subscription or a page may begin: docs/PROTOCOL.md, C5. */
export const positions: fc.Arbitrary<string> = fc.oneof(
  offsets,
  fc.constantFrom('earliest', 'latest', 'snapshot', 'Earliest', 'earliest ', 'newest'),
  fc.constantFrom('#1', '#17', '#0', '#-1', '#99999999', '#1e3', '#', '##1', '#99999999999999999999'),
  fc
    .oneof(fc.nat(100_000), fc.constantFrom('', '-1', '1e9', '0x10', '99999999999999999999', '1.5'))
    .map((count) => `last:${String(count)}`),
  fc
    .constantFrom(
      '2026-01-01T00:00:00Z',
      '2026-13-01',
      '1970-01-01',
      'now',
      '',
      '+275760-09-13T00:00:00.000Z',
      '-000001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999999999Z',
      '2026-02-30T00:00:00Z',
    )
    .map((time) => `ts:${time}`),
);

import { parseTime } from './time.ts';

describe('a time', () => {
  it('is any ISO 8601 date or date and time', () => {
    const noon = Date.UTC(2026, 0, 31, 12);
    for (const [text, ms] of [
      ['2026-01-31T12:00:00.000Z', noon],
      ['2026-01-31T12:00:00Z', noon],
      ['2026-01-31t12:00z', noon],
      ['2026-01-31 12:00Z', noon],
      ['2026-01-31T12Z', noon],
      ['20260131T120000Z', noon],
      ['2026-01-31T13:00+01:00', noon],
      ['2026-01-31T13:00+01', noon],
      ['2026-01-31T06:30-0530', noon],
      ['2026-01-31T12:00:00,5Z', noon + 500],
      ['2026-01-31T12:00:00.123456Z', noon + 123],
      ['2026-01-31T12:00', noon],
      ['2026-01-31', Date.UTC(2026, 0, 31)],
    ] as const)
      expect(parseTime(text)).withContext(text).toBe(ms);
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'yesterday',
      '2026',
      '2026-1-31',
      '2026-02-31',
      '2026-01-31T24:30',
      '2026-01-31T12:60',
      '2026-0131',
      'Jan 31 2026',
    ])
      expect(parseTime(text)).withContext(text).toBeUndefined();
  });

  it('without a zone is of the zone that the caller names', () => {
    expect(parseTime('2026-01-31T12:00', 'local')).toBe(new Date(2026, 0, 31, 12).getTime());
    expect(parseTime('2026-01-31', 'local')).toBe(new Date(2026, 0, 31).getTime());
  });
});

import { parseJsonc } from './jsonc.ts';

describe('JSON with comments', () => {
  it('may have comments and trailing commas, but not inside strings', () => {
    expect(parseJsonc('{ // one\n "a": "x // y", /* two */ "b": ["/*", ",]",], }')).toEqual({ a: 'x // y', b: ['/*', ',]'] });
  });

  it('is rejected if it is broken or nested too deeply', () => {
    expect(parseJsonc('{ "a": ')).toBeUndefined();
    expect(parseJsonc('['.repeat(1_000_000))).toBeUndefined();
  });

  it('is parsed in linear time, however many comments are opened and not closed', () => {
    expect(parseJsonc(`[${',/*'.repeat(300_000)}`)).toBeUndefined();
  });
});

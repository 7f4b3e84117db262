import { parseJsonc } from './jsonc.ts';

describe('JSON with comments', () => {
  it('may have comments and trailing commas, but not inside strings', () => {
    expect(parseJsonc('{ // one\n "a": "x // y", /* two */ "b": ["/*", ",]",], }')).toEqual({ a: 'x // y', b: ['/*', ',]'] });
  });

  it('is nothing where it is broken', () => {
    expect(parseJsonc('{ "a": ')).toBeUndefined();
  });
});

import { Lexicon } from './lexicon.ts';

const texts = (terms: Iterable<{ text: string }>) => [...terms].map((term) => term.text).sort();

describe('a lexicon', () => {
  it('finds every text that contains a query, whatever its length and case', () => {
    const lexicon = new Lexicon();
    for (const text of ['getUser', 'User', 'useRef', 'us', 'ab']) lexicon.add(text, `id of ${text}`);
    expect(texts(lexicon.containing('u'))).toEqual(['User', 'getUser', 'us', 'useRef']);
    expect(texts(lexicon.containing('user'))).toEqual(['User', 'getUser', 'useRef']);
    expect(texts(lexicon.containing('getuser'))).toEqual(['getUser']);
    expect(texts(lexicon.containing('getusers'))).toEqual([]);
  });

  it('keeps a text while an entity has it, and nothing of it afterwards', () => {
    const lexicon = new Lexicon((text) => [text.charAt(0)]);
    lexicon.add('getUser', 'a');
    lexicon.add('getUser', 'b');
    lexicon.remove('getUser', 'a');
    expect([...lexicon.containing('user')].map((term) => [...term.ids])).toEqual([['b']]);
    lexicon.remove('getUser', 'b');
    expect(texts(lexicon.containing('user'))).toEqual([]);
    expect(texts(lexicon.under('g'))).toEqual([]);
    expect(lexicon.size).toBe(0);
  });

  it('ignores the removal of a text that it never had', () => {
    const lexicon = new Lexicon();
    lexicon.remove('getUser', 'a');
    expect(lexicon.size).toBe(0);
  });
});

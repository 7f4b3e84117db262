import { abbreviates, humps } from './words.ts';

describe('words of a name', () => {
  const cases: [name: string, words: string[]][] = [
    ['getUserName', ['get', 'user', 'name']],
    ['parseHTTPResponse', ['parse', 'http', 'response']],
    ['snake_case_name', ['snake', 'case', 'name']],
    ['kebab-case.file.ts', ['kebab', 'case', 'file', 'ts']],
    ['Parser.parse2', ['parser', 'parse', '2']],
    ['$inject', ['inject']],
    ['MAX_SIZE', ['max', 'size']],
    ['größeÄndern', ['größe', 'ändern']],
    ['', []],
  ];
  for (const [name, words] of cases)
    it(`of ${JSON.stringify(name)} are ${words.join(', ') || 'none'}`, () => expect(humps(name)).toEqual(words));
});

describe('an abbreviation', () => {
  const words = humps('getUserNameOf');
  for (const query of ['gun', 'getusna', 'usna', 'unof', 'guno', 'of', 'getusernameof']) {
    it(`${query} is made of beginnings of successive words`, () => expect(abbreviates(query, words)).toBeTrue());
  }
  for (const query of ['gn', 'sername', 'gx', 'ofg', 'getusernameofx']) {
    it(`${query} is not`, () => expect(abbreviates(query, words)).toBeFalse());
  }

  it('is judged in polynomial time if words repeat', () => {
    const repeated = humps('Aaaa'.repeat(16));
    expect(abbreviates(`${'a'.repeat(40)}b`, repeated)).toBeFalse();
  });
});

import { nodeAdded, placed, relationshipAdded } from '../../testing/facts.ts';
import { matcherOf, mistakeIn, queryOf, typesFromText, typesToText } from './filter.ts';

describe('the filter of the event log', () => {
  const node = placed(1, nodeAdded('Parser.parse', 'src/Parse.ts'));

  it('lets everything pass if nothing is chosen', () => {
    expect(matcherOf({ types: new Set(), text: '' })(node)).toBeTrue();
  });

  it('lets the chosen types pass', () => {
    const filter = { types: typesFromText('node_added,node_deleted'), text: '' };
    expect(matcherOf(filter)(node)).toBeTrue();
    expect(matcherOf(filter)(placed(2, relationshipAdded('a', 'b')))).toBeFalse();
  });

  it('finds text in names, paths and types, whatever its case', () => {
    for (const text of ['parser', 'SRC/PARSE', 'node_add', ' parse ', 'typescript']) {
      expect(matcherOf({ types: new Set(), text })(node))
        .withContext(text)
        .toBeTrue();
    }
    expect(matcherOf({ types: new Set(), text: 'lexer' })(node)).toBeFalse();
  });

  it('takes a glob over paths, and hands it and the types to the server; words stay with the page', () => {
    const filter = { types: typesFromText('node_added'), text: 'path:src/** parse' };
    expect(queryOf(filter)).toEqual({ types: ['node_added'], path: 'src/**', words: ['parse'] });
    expect(queryOf({ types: new Set(), text: 'path:Parse.ts' }).path).toBe('**/Parse.ts');
    expect(matcherOf(filter)(node)).toBeTrue();
    expect(matcherOf({ ...filter, text: 'path:lib/**' })(node)).toBeFalse();
  });

  it('says what is wrong with a glob, and lets nothing pass', () => {
    const filter = { types: new Set<never>(), text: 'path:src/[a' };
    expect(mistakeIn(filter)).toBeTruthy();
    expect(matcherOf(filter)(node)).toBeFalse();
  });

  it('is read from an address and written to it, whatever else the address contains', () => {
    expect(typesToText(typesFromText('node_deleted,nonsense,node_added'))).toBe('node_added,node_deleted');
    expect(typesToText(typesFromText(undefined))).toBeUndefined();
  });
});

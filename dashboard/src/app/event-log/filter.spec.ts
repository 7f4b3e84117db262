import { nodeAdded, placed, relationshipAdded } from '../../testing/facts.ts';
import { ALL, matches, typesFromText, typesToText } from './filter.ts';

describe('the filter of the event log', () => {
  const node = placed(1, nodeAdded('Parser.parse', 'src/Parse.ts'));

  it('lets everything pass if nothing is chosen', () => {
    expect(matches(node, ALL)).toBeTrue();
  });

  it('lets the chosen types pass', () => {
    const filter = { types: typesFromText('node_added,node_deleted'), text: '' };
    expect(matches(node, filter)).toBeTrue();
    expect(matches(placed(2, relationshipAdded('a', 'b')), filter)).toBeFalse();
  });

  it('finds text in names, paths and types, whatever its case', () => {
    for (const text of ['parser', 'SRC/PARSE', 'node_add', ' parse ', 'typescript']) {
      expect(matches(node, { types: new Set(), text }))
        .withContext(text)
        .toBeTrue();
    }
    expect(matches(node, { types: new Set(), text: 'lexer' })).toBeFalse();
  });

  it('is read from an address and written to it, whatever else the address contains', () => {
    expect(typesToText(typesFromText('node_deleted,nonsense,node_added'))).toBe('node_added,node_deleted');
    expect(typesToText(typesFromText(undefined))).toBeUndefined();
  });
});

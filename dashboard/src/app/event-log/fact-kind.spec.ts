import { analysisFailed, nodeAdded, placed, relationshipAdded } from '../../testing/facts.ts';
import { kindOf, kindOfType, severityOf } from './fact-kind.ts';

describe('the kind of a fact', () => {
  it('distinguishes a seam from other relationships', () => {
    expect(kindOf(placed(1, relationshipAdded('a', 'b', 'seam')))).toBe('seam');
    expect(kindOf(placed(1, relationshipAdded('a', 'b', 'calls')))).toBe('added');
  });

  it('has a severity only for alerts', () => {
    expect(severityOf(placed(1, analysisFailed('a')))).toBe('high');
    expect(severityOf(placed(1, nodeAdded('f')))).toBeUndefined();
  });

  it('is a note for types of a newer version', () => {
    expect(kindOfType('node_renamed' as never)).toBe('note');
  });
});

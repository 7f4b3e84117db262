import type { NewFact } from '@graphtail/facts';
import {
  analysisCompleted,
  analysisProgress,
  analysisStarted,
  nodeAdded,
  nodeDeleted,
  nodeUpdated,
  placed,
  relationshipAdded,
} from '../../testing/facts.ts';
import { nameInId, summaryOf } from './fact-summary.ts';

describe('the summary of a fact', () => {
  it('names the added entity and its place', () => {
    expect(summaryOf(placed(1, nodeAdded('Parser.parse', 'src/parse.ts', 'method')))).toEqual({
      sort: 'method',
      nodeType: 'method',
      name: 'Parser.parse',
      where: 'src/parse.ts:12',
    });
    expect(summaryOf(placed(1, nodeAdded('react', '', 'package'))).where).toBe('');
  });

  it('names the changed and the removed attributes', () => {
    expect(summaryOf(placed(1, nodeUpdated('f')))).toEqual({
      sort: 'node',
      name: 'f',
      detail: 'start_line 14 · docstring removed',
      where: 'src/a.ts',
    });
  });

  it('recognises a file by its ID, and shows its hash last and shortened', () => {
    const updated = nodeUpdated('f');
    const fact = placed(1, {
      ...updated,
      entity_id: 'src/a.ts',
      data: { content_hash: 'a6414920565e5ee9', end_line: 9, file_path: 'src/a.ts' },
    } as NewFact);
    expect(summaryOf(fact)).toEqual(
      jasmine.objectContaining({ sort: 'file', nodeType: 'file', name: 'a.ts', detail: 'end_line 9 · content_hash a6414920' }),
    );
  });

  it('names the deleted entity', () => {
    expect(summaryOf(placed(1, nodeDeleted('f')))).toEqual(jasmine.objectContaining({ sort: 'function', name: 'f' }));
  });

  it('names both ends of a relationship', () => {
    expect(summaryOf(placed(1, relationshipAdded('src/a.ts#f', 'pkg:npm/react', 'depends_on')))).toEqual(
      jasmine.objectContaining({ sort: 'depends_on', name: 'f → react' }),
    );
  });

  it('says how far an analysis is, and its result', () => {
    expect(summaryOf(placed(1, analysisStarted('a'))).detail).toBe('200 files · requested');
    expect(summaryOf(placed(1, analysisProgress('a', 62)))).toEqual(
      jasmine.objectContaining({ name: '62 %', detail: 'parsing · 124 of 200 files', where: 'src/a.ts' }),
    );
    expect(summaryOf(placed(1, analysisCompleted('a'))).detail).toBe('7 changes in 3.2 s · 3 nodes, 2 relationships');
  });

  it('shows a type of a newer version by its name', () => {
    const newer = { ...placed(1, nodeAdded('f')), event_type: 'node_renamed' } as never;
    expect(summaryOf(newer)).toEqual({ sort: 'node_renamed', name: 'src/a.ts#f' });
  });

  it('finds the name in an ID', () => {
    expect(nameInId('src/a%23b.ts')).toBe('a#b.ts');
    expect(nameInId('src/a.ts#Outer.inner')).toBe('Outer.inner');
    expect(nameInId('pkg:npm/@scope/name')).toBe('@scope/name');
  });
});

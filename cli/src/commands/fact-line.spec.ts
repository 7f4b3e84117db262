import { FactSchema, type Fact } from '@graphtail/facts';
import { factLine } from './fact-line.ts';
import type { Ink } from './ink.ts';

const PLAIN: Ink = (_meaning, text) => text;
const common = { offset: '7-1042', timestamp: '2026-01-31T12:00:00.123Z' };
/** The same, in the zone of this machine. */
const CLOCK = `${new Date(common.timestamp).toTimeString().slice(0, 8)}.123`;
const node = { entity_type: 'node', entity_hash: '9f86d081884c7d65', entity_id: 'src/a.ts#f' };
const relationship = { entity_type: 'relationship', entity_hash: '9f86d081884c7d65', entity_id: 'src/a.ts#f|calls|src/b.ts#g' };

function fact(of: object): Fact {
  return FactSchema.parse({ ...common, ...of });
}

describe('a fact as a line', () => {
  it('has the place, time of day, mark, kind and subject, aligned', () => {
    const data = { name: 'f', node_type: 'function', file_path: 'src/a.ts' };
    const deleted = fact({ ...node, event_type: 'node_deleted', data });
    expect(factLine(deleted, PLAIN)).toBe(`    #1042  ${CLOCK}  − node_deleted          src/a.ts#f  function`);
    const updated = fact({
      ...relationship,
      event_type: 'relationship_updated',
      data: { file_path: 'src/a.ts', count: 2, resolution: null },
    });
    expect(factLine(updated, PLAIN)).toBe(`    #1042  ${CLOCK}  ~ relationship_updated  src/a.ts#f calls src/b.ts#g  count, resolution`);
  });

  it('never cuts the end of a relationship’s target away', () => {
    const long = 'packages/a/src/deep/file.ts#Service.method|calls|packages/b/src/other.ts#Target.called';
    const added = fact({
      ...{ ...relationship, entity_id: long, event_type: 'relationship_added' },
      data: {
        ...{ id: long, source_id: long.split('|')[0], target_id: long.split('|')[2], relationship_type: 'calls', confidence: 1 },
        ...{ resolution: 'local', file_path: 'packages/a/src/deep/file.ts', line_offset: 1, count: 1 },
      },
    });
    for (const columns of [60, 80, 100, 120, 200]) {
      const line = factLine(added, PLAIN, columns);
      expect(line.length).toBeLessThanOrEqual(columns);
      if (columns >= 80) expect(line.endsWith('#Target.called')).withContext(line).toBeTrue();
    }
    expect(factLine(added, PLAIN, 120)).toMatch(/…\S*method calls packages\/b\/src\/other\.ts#Target\.called$/);
  });

  it('has the real figures of an analysis', () => {
    const data = {
      analysis_id: 'x',
      reason: 'edit',
      node_count: 1234,
      relationship_count: 5,
      changes: 2,
      files_failed: 0,
      duration_ms: 1250,
      state_digest: '0'.repeat(16),
    };
    const completed = fact({ event_type: 'analysis_completed', entity_type: 'analysis', entity_id: 'x', data });
    expect(factLine(completed, PLAIN)).toContain('✓ analysis_completed    2 changes in 1.3 s  1,234 nodes, 5 relationships');
  });

  it('never wraps: it is cut at the width of the terminal', () => {
    const data = { name: 'f', node_type: 'function', file_path: 'src/a.ts' };
    const long = fact({ ...node, entity_id: `src/${'x'.repeat(300)}\ny`, event_type: 'node_deleted', data });
    for (const columns of [20, 60, 80, 200]) expect(factLine(long, PLAIN, columns).length).toBeLessThanOrEqual(Math.max(columns, 49));
    expect(factLine(long, PLAIN, 80)).toMatch(/…$/);
    expect(factLine(long, PLAIN)).not.toContain('\n');
  });

  it('is useful for unknown kinds of facts', () => {
    const data = { name: 'f', node_type: 'function', file_path: 'src/a.ts' };
    const unknown = { ...fact({ ...node, event_type: 'node_deleted', data }), event_type: 'node_painted' } as unknown as Fact;
    expect(factLine(unknown, PLAIN)).toContain('· node_painted          src/a.ts#f');
  });
});

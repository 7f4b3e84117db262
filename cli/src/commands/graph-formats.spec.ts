import { inFormat } from './graph-formats.ts';

const node = (id: string, name: string) =>
  JSON.stringify({ node: { id, name, node_type: 'function', file_path: 'a.ts', start_line: 3, end_line: 4 } });
const edge = (source_id: string, target_id: string, relationship_type = 'calls') =>
  JSON.stringify({ relationship: { id: 'x', source_id, target_id, relationship_type, confidence: 1 } });

async function* lines(...more: string[]): AsyncIterable<string> {
  await Promise.resolve();
  yield JSON.stringify({ as_of: '1-9', node_count: 2 });
  yield node('a.ts#f', 'f');
  yield node('a.ts#"<g>"', '"<g>"');
  yield edge('a.ts#f', 'a.ts#"<g>"');
  yield* more;
}

async function written(format: 'graphml' | 'dot' | 'mermaid', ...more: string[]): Promise<string> {
  return (await Array.fromAsync(inFormat(format, lines(...more)))).join('');
}

describe('A graph', () => {
  it('is written as GraphML, with what XML reserves escaped', async () => {
    const text = await written('graphml');
    expect(text).toContain('<node id="a.ts#&quot;&lt;g&gt;&quot;"><data key="name">&quot;&lt;g&gt;&quot;</data>');
    expect(text).toContain(
      '<edge source="a.ts#f" target="a.ts#&quot;&lt;g&gt;&quot;"><data key="relationship_type">calls</data><data key="confidence">1</data></edge>',
    );
    expect(text).toMatch(/^<\?xml .*<\/graphml>\n$/s);
    expect(await written('graphml', node('a\u0001', 'b'))).not.toContain('\u0001');
  });

  it('is written for Graphviz, with quotes escaped', async () => {
    const text = await written('dot');
    expect(text).toContain('  "a.ts#f" [label="f\\nfunction"];\n');
    expect(text).toContain('  "a.ts#f" -> "a.ts#\\"<g>\\"" [label="calls"];\n');
  });

  it('is written as a Mermaid flowchart, without what contains what, and says what it left out', async () => {
    const text = await written(
      'mermaid',
      edge('a.ts', 'a.ts#f', 'contains'),
      ...Array.from({ length: 600 }, () => edge('a.ts#f', 'a.ts#f')),
    );
    expect(text).toMatch(/^flowchart LR\n {2}n0\["f"\]\n {2}n1\[" <g> "\]\n {2}n0 -->\|calls\| n1\n/);
    expect(text).not.toContain('contains');
    expect(text.split('\n').filter((line) => line.includes('-->')).length).toBe(500);
    expect(text).toContain('%% the first 500 of 601 relationships');
  });
});

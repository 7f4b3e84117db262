import type { DiffReport } from './report.ts';
import { asMarkdown, asText } from './written.ts';

const NONE = { added: [], deleted: [] };
const REPORT: DiffReport = {
  ...{ base: 'a'.repeat(40), head: 'b'.repeat(40), truncated: false },
  files: { added: ['n.ts'], updated: [], deleted: [] },
  counts: { added: { nodes: 30, relationships: 2 }, updated: { nodes: 1, relationships: 0 }, deleted: { nodes: 0, relationships: 0 } },
  nodes: {
    added: Array.from({ length: 30 }, (_, index) => `n.ts#f${String(index)}`),
    updated: [{ id: 'a.ts#g', attributes: ['signature'] }],
    deleted: [],
  },
  ...{ packages: NONE, seams: NONE, cycles: NONE },
  routes: { added: ['a.ts#GET /x'], deleted: ['a.ts#GET /<b>`y`'] },
  rules: { violated: [], satisfied: [] },
  impact: { nodes: 4, files: 2, tests: ['a.spec.ts'] },
};

describe('The report of a diff', () => {
  it('is short as text: lists are cut, with how much is left out, and empty lists are not shown', () => {
    const text = asText(REPORT);
    expect(text).toContain('aaaaaaaaaa..bbbbbbbbbb\nfiles: 1 added');
    expect(text).toContain('  … and 6 more');
    expect(text).not.toContain('External packages');
  });

  it('is folded lists as Markdown, in which names can not form markup', () => {
    const markdown = asMarkdown(REPORT);
    expect(markdown).toContain('<details><summary>Symbols (31)</summary>');
    expect(markdown).toContain('- `+ a.ts#GET /x`');
    expect(markdown).toContain('- `` - a.ts#GET /<b>`y` ``');
  });
});

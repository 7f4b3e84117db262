import { citations, citationsIn, protocolRules } from './cited-rules.ts';

describe('the rules of docs/PROTOCOL.md', () => {
  it('have one unique id each', () => {
    const ids = protocolRules();
    expect(ids).toContain('L1');
    expect(ids.length).toBeGreaterThan(30);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are each cited by the title of a spec', () => {
    const cited = citations();
    expect(protocolRules().filter((id) => !cited.has(id))).toEqual([]);
  });

  it('include every id that is cited', () => {
    const rules = new Set(protocolRules());
    expect(Array.from(citations()).filter(([id]) => !rules.has(id))).toEqual([]);
  });

  it('are found in titles of specs and suites, with any quotes, and nowhere else', () => {
    const source = [
      String.raw`it('[A1] isn\'t lost', () => { expect(list[B2]).toBe('[B3]'); });`,
      'describe(`[C4][C5b] of ${what}`, () => undefined);',
      'it(\n  "[D6] on a line of its own", () => undefined); // it says [E7]',
    ].join('\n');
    expect(citationsIn(source)).toEqual(['A1', 'C4', 'C5b', 'D6']);
  });
});

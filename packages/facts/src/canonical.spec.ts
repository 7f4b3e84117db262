import fc from 'fast-check';
import { canonicalJson } from './canonical.ts';
import { entityHash, type GraphNode } from './entity.ts';

describe('Canonical JSON', () => {
  it('[P2] sorts members by code units, and leaves out white space and nulls', () => {
    const value = { b: [1, { d: true, c: 'ü' }], a: null, é: 1e21, Z: undefined, A: '"\n' };
    expect(canonicalJson(value)).toBe('{"A":"\\"\\n","b":[1,{"c":"ü","d":true}],"é":1e+21}');
  });

  it('[P2] does not depend on the order of members', () => {
    const scalar = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean(), fc.constantFrom(null, undefined));
    const member = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(fc.string(), scalar, { maxKeys: 3 }));
    const members = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), member), { selector: ([name]) => name, maxLength: 8 });
    fc.assert(
      fc.property(members, (given) => {
        const sorted = [...given].sort(([a], [b]) => (a < b ? -1 : 1));
        const said = sorted.filter(([, value]) => value !== null && value !== undefined);
        expect(canonicalJson(Object.fromEntries(sorted))).toBe(
          `{${said.map(([name, value]) => `${JSON.stringify(name)}:${canonicalJson(value)}`).join(',')}}`,
        );
        expect(canonicalJson(Object.fromEntries([...given].reverse()))).toBe(canonicalJson(Object.fromEntries(sorted)));
      }),
      { numRuns: 500 },
    );
  });

  it('[P2] gives equal entities the same hash, whatever the order of their members and their nulls', () => {
    const node = { id: 'm.ts#a', name: 'a', node_type: 'function', language: 'typescript', file_path: 'm.ts' } as GraphNode;
    const turned = Object.fromEntries([['docstring', null], ...Object.entries(node).reverse()]) as unknown as GraphNode;
    expect(entityHash(turned)).toEqual(entityHash(node));
  });
});

import { canonicalJson } from './canonical.ts';
import { entityHash, type GraphNode } from './entity.ts';

describe('Canonical JSON', () => {
  it('[P2] sorts members by code units and leaves out white space and what is null', () => {
    const value = { b: [1, { d: true, c: 'ü' }], a: null, é: 1e21, Z: undefined, A: '"\n' };
    expect(canonicalJson(value)).toBe('{"A":"\\"\\n","b":[1,{"c":"ü","d":true}],"é":1e+21}');
  });

  it('[P2] gives entities that are equal the same hash, in whatever order and with whatever nulls they came', () => {
    const node = { id: 'm.ts#a', name: 'a', node_type: 'function', language: 'typescript', file_path: 'm.ts' } as GraphNode;
    const turned = Object.fromEntries([['docstring', null], ...Object.entries(node).reverse()]) as unknown as GraphNode;
    expect(entityHash(turned)).toEqual(entityHash(node));
  });
});

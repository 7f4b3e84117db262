import type { Mutant } from '../mutant.ts';

/** Faults of folding, offsets and digests. */
export const FACTS_MUTANTS: readonly Mutant[] = [
  {
    name: 'null in an update kept',
    file: 'packages/facts/src/evolve.ts',
    find: 'if (value === null || value === undefined) Reflect',
    replace: 'if (value === undefined) Reflect',
    noticedBy: ['packages/facts/src/evolve.spec.ts'],
  },
  {
    name: 'an added node keeps what was there',
    file: 'packages/facts/src/evolve.ts',
    find: 'added<GraphNode>(fact.data)',
    replace: 'merged<GraphNode>(state.nodes.get(id)?.value, fact.data)',
    noticedBy: ['packages/facts/src/evolve.spec.ts'],
  },
  {
    name: 'digest keeps what was replaced',
    file: 'packages/facts/src/evolve.ts',
    find: 'change.before?.hash ?? ZERO',
    replace: 'ZERO',
    noticedBy: ['packages/facts/src/evolve.spec.ts'],
  },
  {
    name: 'digest survives a reset',
    file: 'packages/facts/src/evolve.ts',
    find: '      state.digest = ZERO;\n',
    replace: '',
    noticedBy: ['packages/facts/src/evolve.spec.ts'],
  },
  {
    name: 'reset leaves relationships',
    file: 'packages/facts/src/evolve.ts',
    find: '      state.relationships.clear();\n',
    replace: '',
    noticedBy: ['packages/facts/src/evolve.spec.ts'],
  },
  {
    name: 'anomalies not counted',
    file: 'packages/facts/src/evolve.ts',
    find: 'state.anomalies += 1',
    replace: 'state.anomalies += 0',
    noticedBy: ['packages/facts/src/evolve.spec.ts'],
  },
  {
    name: 'offsets ordered by seq alone',
    file: 'packages/facts/src/offset.ts',
    find: 'epochOf(a) - epochOf(b) || ',
    replace: '',
    noticedBy: ['packages/facts/src/offset.spec.ts'],
  },
  {
    name: 'epoch beyond 2^53 accepted',
    file: 'packages/facts/src/offset.ts',
    find: 'Number.isSafeInteger(Number(match[1])) && ',
    replace: '',
    noticedBy: ['packages/facts/src/offset.spec.ts'],
  },
  {
    name: 'Latin letters hashed as bytes',
    file: 'packages/facts/src/hash.ts',
    find: 'return encoder.encodeInto(text, bytes).written;',
    replace: 'for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);\n  return text.length;',
    noticedBy: ['packages/facts/src/hash.spec.ts'],
  },
  {
    name: 'low lane subtracted from nothing',
    file: 'packages/facts/src/hash.ts',
    find: '(a.lo - b.lo) | 0',
    replace: '(b.lo - a.lo) | 0',
    noticedBy: ['packages/facts/src/hash.spec.ts'],
  },
  {
    name: 'null attributes hashed',
    file: 'packages/facts/src/canonical.ts',
    find: 'member === null || member === undefined',
    replace: 'member === undefined',
    noticedBy: ['packages/facts/src/canonical.spec.ts'],
  },
  {
    name: 'attributes hashed in the order they came',
    file: 'packages/facts/src/canonical.ts',
    find: 'Object.keys(value).sort()',
    replace: 'Object.keys(value)',
    noticedBy: ['packages/facts/src/canonical.spec.ts'],
  },
];

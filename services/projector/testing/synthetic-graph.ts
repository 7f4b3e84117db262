import { canonicalJson, type Entity, type NewFact, type RelationshipType } from '@graphtail/facts';
import { added as addedAsGiven, nodeNamed, related } from './facts.ts';

const VERBS = ['get', 'set', 'parse', 'load', 'save', 'render', 'update', 'create', 'delete', 'find', 'merge', 'encode'];
const NOUNS = [
  'User',
  'Session',
  'Token',
  'Graph',
  'Node',
  'Edge',
  'Offset',
  'Batch',
  'Cursor',
  'Frame',
  'Snapshot',
  'Request',
  'Response',
];
const TAILS = ['', 'List', 'ById', 'Async', 'Cache', 'Handler', 'State', 'Options', 'FromDisk', 'OrThrow'];
const SYMBOLS_PER_FILE = 24;

/** Files with functions whose names, texts and calls resemble real code. The same size and seed give the same graph. */
export function syntheticFacts(nodes: number, seed = 7): NewFact[] {
  const random = generator(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const facts: NewFact[] = [];
  const functions: string[] = [];
  for (let file = 0; facts.length < nodes; file++) {
    const path = `packages/p${String(file % 40)}/src/${pick(NOUNS).toLowerCase()}-${String(file)}.ts`;
    facts.push(added(nodeNamed(path)));
    for (let symbol = 0; symbol < SYMBOLS_PER_FILE && facts.length < nodes; symbol++) {
      const name = `${pick(VERBS)}${pick(NOUNS)}${pick(TAILS)}${symbol % 3 === 0 ? String(file) : ''}`;
      const id = `${path}#${name}~${String(symbol)}`;
      functions.push(id);
      const docstring =
        random() < 0.4 ? `Will ${pick(VERBS)} the ${pick(NOUNS)} that ${pick(NOUNS)} ${String(file)} asked for.` : undefined;
      const more = {
        complexity: 1 + Math.floor(random() ** 4 * 60),
        signature: `${name}(a: ${pick(NOUNS)}): ${pick(NOUNS)}`,
        start_line: 1 + symbol * 12,
      };
      facts.push(added(nodeNamed(id, { name, qualified_name: name, ...more, ...(docstring !== undefined && { docstring }) })));
    }
  }
  for (const id of functions) {
    facts.push(added(related(id.split('#')[0]!, 'contains', id)));
    const types: RelationshipType[] = ['calls', 'calls', 'references'];
    // Squared, so that very many call a few functions, as in real code.
    for (const type of types) {
      const more = { confidence: random() < 0.7 ? 1 : 0.85, resolution: 'import', line_offset: Math.floor(random() * 12), count: 1 };
      facts.push(added(related(id, type, functions[Math.floor(random() ** 2 * functions.length)]!, more)));
    }
  }
  return facts;
}

/** As ingest writes it: with the attributes in the order of canonical JSON. */
function added(entity: Entity): NewFact {
  return addedAsGiven(JSON.parse(canonicalJson(entity)) as Entity);
}

/** mulberry32 (Tommy Ettinger, public domain): numbers in [0, 1) that depend only on the seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

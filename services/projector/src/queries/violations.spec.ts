import fc from 'fast-check';
import { Rules } from '@graphtail/facts';
import { added, folded, nodeNamed, related } from '../../testing/facts.ts';
import { Budget } from './budget.ts';
import { violations } from './violations.ts';

const FILES = ['features/a/x.ts', 'features/b/x.ts', 'features/c/x.ts', 'shared/x.ts'];
const RULES = new Rules([
  { name: 'apart', apart: 'features/*' },
  { name: 'no calls', from: 'shared/*', to: 'features/**', relationship_types: ['calls'] },
]);

describe('The violations of a state', () => {
  it('are those that a look at every relationship finds, by rule, in pages without a gap', () => {
    const file = fc.constantFrom(...FILES);
    const relationship = fc.tuple(file, fc.constantFrom('imports' as const, 'calls' as const), file);
    const relationships = fc.uniqueArray(relationship, { maxLength: 20, selector: (parts) => parts.join('|') });
    fc.assert(
      fc.property(relationships, fc.integer({ min: 1, max: 4 }), (given, limit) => {
        const all = given.map(([from, type, to]) => related(from, type, to));
        const state = folded([...FILES.map((path) => nodeNamed(path)), ...all].map(added));
        const plain = all.flatMap((each) => RULES.violations(each));
        const at = (offset: number, rule?: string) => violations(state, RULES, { limit, offset, rule }, new Budget(1e7));
        const { rules, total } = at(0);
        expect(total).toBe(plain.length);
        expect(rules.map(({ name, violations: count }) => [name, count])).toEqual(
          RULES.list.map(({ name }) => [name, plain.filter(({ rule }) => rule === name).length]),
        );
        const paged = Array.from({ length: Math.ceil(total / limit) }, (_, page) => at(page * limit).violations).flat();
        const key = (each: (typeof plain)[number]) => [each.rule, each.source_id, each.target_id].join(' ');
        expect(paged.map(key)).toEqual(plain.map(key).sort());
        expect(at(0, 'no calls').total).toBe(plain.filter(({ rule }) => rule === 'no calls').length);
      }),
    );
  });
});

import { relationshipTypesOf, type Rules, type Violation } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import type { PageRequest } from './page.ts';

export type RulesRequest = PageRequest & { readonly rule?: string | undefined };

/** What violates the rules in a state: by rule, then by source. @throws {OverBudget} */
export function violations(projection: Projection, rules: Rules, { rule, limit, offset }: RulesRequest, budget: Budget) {
  const found: Violation[] = [];
  const counts = new Map(rules.list.map(({ name }) => [name, 0]));
  const types = new Set(rules.list.flatMap(relationshipTypesOf));
  for (const type of types) {
    const ids = projection.adjacency.all(type);
    budget.spend(ids.length);
    for (const id of ids) {
      for (const violation of rules.violations(projection.relationship(id)!)) {
        counts.set(violation.rule, counts.get(violation.rule)! + 1);
        if (rule === undefined || rule === violation.rule) found.push(violation);
      }
    }
  }
  return {
    rules: rules.list.map((each) => ({ ...each, violations: counts.get(each.name)! })),
    violations: smallest(found, offset + limit, byRule).slice(offset),
    total: found.length,
    limit,
    offset,
  };
}

function byRule(a: Violation, b: Violation): number {
  return byText(a.rule, b.rule) || byText(a.source_id, b.source_id) || byText(a.target_id, b.target_id);
}

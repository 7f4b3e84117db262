import type { ExprNumber } from '../../extraction/numbers.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { partsOf } from '../program/type.ts';
import type { Unit } from '../program/unit.ts';
import { findMembers } from '../types/members.ts';
import { typeOfExpression } from '../types/type-of-expression.ts';
import type { Resolution, Target } from './targets.ts';

/** The names of the methods that making an instance runs, by language. In the others, readers name a constructor `constructor`. */
const RUN_BY_LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  python: ['__new__', '__init__', '__post_init__'],
  ruby: ['initialize'],
  php: ['__construct'],
};

/**
 * The constructors that making an instance of a class runs: its own, or else the one that it inherits.
 *
 * @param callee the class, or `super`
 * @param args the number of arguments, if it distinguishes constructors
 */
export function constructorTargets(e: Evaluator, unit: Unit, callee: ExprNumber, args: number | undefined, how: Resolution): Target[] {
  const expr = unit.extraction.exprs[callee]!;
  const made = expr[0] === 'super' ? unit.extraction.shapes[expr[1]]!.parent?.expr : callee;
  if (made === undefined) return [];
  const targets: Target[] = [];
  for (const part of partsOf(typeOfExpression(e, unit, made, undefined))) {
    if (part.k !== 'static') continue;
    const instance = { ...part, k: 'shape', env: undefined } as const;
    for (const name of RUN_BY_LANGUAGE[part.unit.language] ?? ['constructor']) {
      const exact = args === undefined ? [] : findMembers(e, instance, `${name}/${String(args)}`);
      for (const found of exact.length > 0 ? exact : findMembers(e, instance, name)) {
        if (found.k !== 'member' || found.unit.isLibrary) continue;
        const { node } = found.member;
        if (node !== undefined && !targets.some((known) => known.unit === found.unit && known.node === node))
          targets.push({ unit: found.unit, node, how });
      }
    }
  }
  return targets;
}

import type { NodeType } from '@graphtail/facts';
import type { NodeNumber } from '../../extraction/numbers.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { constructorsOf, signaturesOf } from '../types/functions.ts';
import { typeOfFound } from '../types/members.ts';
import type { Type } from '../program/type.ts';
import { typeOfBinding } from '../types/type-of-expression.ts';
import type { Unit } from '../program/unit.ts';

/**
 * The type of a node. A variable that holds a function or a class counts as a function or class, and a property that holds a function as
 * a method. For some, only types in other declarations show that: `onExport: Options['onExport']`.
 */
export function kindOf(e: Evaluator, unit: Unit, node: NodeNumber): NodeType {
  const { type } = unit.extraction.nodes[node]!;
  if (type !== 'variable' && type !== 'property') return type;
  const owner = unit.ownerOf(node);
  if (owner === undefined) return type;
  const value = typeOfOwner(e, unit, owner);
  if (signaturesOf(e, value).length > 0) return type === 'variable' ? 'function' : 'method';
  return type === 'variable' && constructorsOf(e, value).length > 0 ? 'class' : type;
}

function typeOfOwner(e: Evaluator, unit: Unit, owner: NonNullable<ReturnType<Unit['ownerOf']>>): Type {
  if ('binding' in owner) return typeOfBinding(e, unit, owner.binding, undefined);
  e.touch(unit.shapeFacet(owner.shape));
  return typeOfFound(e, { k: 'member', unit, member: owner.member, env: undefined, kind: unit.extraction.shapes[owner.shape]!.kind });
}

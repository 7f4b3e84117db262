import type { Relationship } from '@graphtail/facts/plain';
import { entriesOf, type ShapeNumber } from '../extraction/numbers.ts';
import type { Shape } from '../extraction/extraction.ts';
import type { Evaluator } from '../resolution/program/evaluator.ts';
import type { Unit } from '../resolution/program/unit.ts';
import { nodeId } from '../resolution/relationships/node-id.ts';
import { kindOf } from '../resolution/relationships/node-kinds.ts';
import { findMembers } from '../resolution/types/members.ts';
import { typeOfType } from '../resolution/types/type-of-type.ts';
import { readGoTypes } from './go-types.ts';
import type { MethodPair, MethodRecords } from './records.ts';

/**
 * Reads which methods of a file a call of another method may run. The sources that this depends on are recorded like those of the file's
 * other output.
 *
 * @param relationships those of the file
 */
export function readMethods(e: Evaluator, unit: Unit, relationships: readonly Relationship[]): MethodRecords {
  const overriding = relationships
    .filter(({ relationship_type }) => relationship_type === 'overrides')
    .map(({ source_id, target_id }): MethodPair => [target_id, source_id]);
  return { pairs: [...overriding, ...promised(e, unit)], types: unit.language === 'go' ? readGoTypes(e, unit) : [] };
}

/** Methods of classes, with those of the interfaces that the classes say to implement. */
function promised(e: Evaluator, unit: Unit): MethodPair[] {
  const pairs: MethodPair[] = [];
  for (const [, { kind, bases, members }] of entriesOf<ShapeNumber, Shape>(unit.extraction.shapes)) {
    if (kind !== 'class') continue;
    for (const base of bases ?? []) {
      const type = typeOfType(e, unit, base, undefined);
      for (const { name, node, isStatic } of members) {
        if (node === undefined || isStatic === true || kindOf(e, unit, node) !== 'method') continue;
        for (const found of findMembers(e, type, name)) {
          if (found.k !== 'member' || found.member.node === undefined || found.unit.isLibrary) continue;
          if (kindOf(e, found.unit, found.member.node) === 'method')
            pairs.push([nodeId(found.unit, found.member.node), nodeId(unit, node)]);
        }
      }
    }
  }
  return pairs;
}

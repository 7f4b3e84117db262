import type { Member } from '../extraction/extraction.ts';
import { entriesOf, type ExprNumber, type ShapeNumber } from '../extraction/numbers.ts';
import type { Evaluator } from '../resolution/program/evaluator.ts';
import type { Unit } from '../resolution/program/unit.ts';
import { nodeId } from '../resolution/relationships/node-id.ts';
import { findMembers } from '../resolution/types/members.ts';
import type { PassRecord } from './records.ts';
import { isKnown, openMember, textGivenBy } from './texts.ts';

/** Members with such a name may be a path. */
const PATH_MEMBER = /route|path|url|uri|endpoint|base|prefix/i;

/**
 * A base class makes requests with a path that its subclasses set: `abstract baseRoute: string`. Each subclass passes its path to the
 * base class's member, as a caller passes one to a function.
 */
export function readInheritedPaths(e: Evaluator, unit: Unit): PassRecord[] {
  const passes: PassRecord[] = [];
  for (const [number, shape] of entriesOf<ShapeNumber, (typeof unit.extraction.shapes)[number]>(unit.extraction.shapes)) {
    if (shape.kind !== 'class' || shape.node === undefined || (shape.parent === undefined && shape.mixins === undefined)) continue;
    for (const member of shape.members) {
      if (!PATH_MEMBER.test(member.name) || member.isStatic === true) continue;
      const text = textOfMember(e, unit, member);
      if (text === undefined || !isKnown(text)) continue;
      const [above] = findMembers(e, { k: 'shape', unit, shape: number, env: undefined, above: true }, member.name);
      const key = above?.k === 'member' ? openMember(above.unit, above.member) : undefined;
      if (key === undefined) continue;
      passes.push({ source: nodeId(unit, shape.node), offset: 0, callee: key, args: [{ text, members: {} }], isInherited: true });
    }
  }
  return passes;
}

function textOfMember(e: Evaluator, unit: Unit, { init, fn }: Member): ReturnType<typeof textGivenBy> | undefined {
  const given: ExprNumber | undefined = init ?? (fn === undefined ? undefined : unit.extraction.functions[fn]!.path);
  return given === undefined ? undefined : textGivenBy(e, unit, given);
}

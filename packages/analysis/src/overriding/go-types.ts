import { FILE_NODE, entriesOf, type FunctionNumber, type NodeNumber, type ShapeNumber, type TypeNumber } from '../extraction/numbers.ts';
import type { Shape } from '../extraction/extraction.ts';
import type { Evaluator } from '../resolution/program/evaluator.ts';
import type { Unit } from '../resolution/program/unit.ts';
import { nodeId } from '../resolution/relationships/node-id.ts';
import { typeTargets } from '../resolution/relationships/targets.ts';
import { typeKey, type MethodRecord, type Signature, type TypeRecord } from './records.ts';

/** The types that a Go file declares, with the methods that it declares of them. Types inside functions are left out. */
export function readGoTypes(e: Evaluator, unit: Unit): TypeRecord[] {
  const { shapes, nodes, bindings } = unit.extraction;
  const inPackage = packageOf(unit);
  const types: TypeRecord[] = [];
  for (const [, shape] of entriesOf<ShapeNumber, Shape>(shapes)) {
    const { node, name, kind, members } = shape;
    if (node === undefined || name === undefined || nodes[node]!.parent !== FILE_NODE) continue;
    const methods = members.flatMap((member) => methodOf(unit, member.name, member.node, member.fn));
    const embeds = embeddedIn(e, unit, shape);
    if (methods.length > 0 || embeds.length > 0) types.push({ inPackage, name, isInterface: kind === 'interface', methods, embeds });
  }
  // Methods of a type that another file of the package declares.
  for (const { name, node, fn } of bindings) {
    const [owner = '', method] = name.split('.');
    if (method === undefined) continue;
    const methods = methodOf(unit, method, node, fn);
    if (methods.length > 0) types.push({ inPackage, name: owner, isInterface: false, methods, embeds: [] });
  }
  return types;
}

function methodOf(unit: Unit, name: string, node: NodeNumber | undefined, fn: FunctionNumber | undefined): MethodRecord[] {
  if (node === undefined || fn === undefined || unit.extraction.nodes[node]!.type !== 'method') return [];
  return [{ id: nodeId(unit, node), name, signature: signatureOf(unit, fn) }];
}

function embeddedIn(e: Evaluator, unit: Unit, { mixins }: Shape): string[] {
  return (mixins ?? []).flatMap((mixin) => {
    const expr = unit.extraction.exprs[mixin]!;
    if (expr[0] !== 'as') return [];
    return typeTargets(e, unit, expr[1]).targets.map((target) =>
      typeKey(packageOf(target.unit), target.unit.extraction.nodes[target.node]!.name),
    );
  });
}

/** Files of one folder may be of two packages: the second has its tests. */
function packageOf({ path, extraction }: Unit): string {
  return `${path.slice(0, path.lastIndexOf('/') + 1)}:${extraction.packageName ?? ''}`;
}

function signatureOf(unit: Unit, number: FunctionNumber): Signature {
  const { params, returns } = unit.extraction.functions[number]!;
  return {
    params: params.map(({ type }) => (type === undefined ? '_' : textOf(unit, type))),
    returns: returns === undefined ? '' : textOf(unit, returns),
  };
}

/** A type as a text that is the same in every file: without pointers, and without the names of packages. */
function textOf(unit: Unit, number: TypeNumber): string {
  const type = unit.extraction.types[number]!;
  const all = (parts: readonly TypeNumber[]): string => parts.map((part) => textOf(unit, part)).join();
  switch (type[0]) {
    case 'ref': {
      const { name, param, from } = unit.extraction.bindings[type[1]]!;
      if (param !== undefined) return '_';
      const own = from === undefined || from.name === '*' ? name : from.name;
      return `${type[2] === '' ? own : type[2].slice(type[2].lastIndexOf('.') + 1)}<${all(type[3])}>`;
    }
    case 'array':
      return `slice<${textOf(unit, type[1])}>`;
    case 'tuple':
      return `(${all(type.slice(1) as TypeNumber[])})`;
    case 'fn': {
      const { params, returns } = signatureOf(unit, type[1]);
      return `func(${params.join()})${returns}`;
    }
    case 'shape': {
      const { members } = unit.extraction.shapes[type[1]]!;
      return members.length === 0 ? 'any<>' : `{${members.map(({ name }) => name).join()}}`;
    }
    default:
      return '_';
  }
}

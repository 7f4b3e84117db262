import { ADDED_MIXINS, STATIC_EXTENSION, type Member, type Shape } from '../../extraction/extraction.ts';
import type { BindingNumber, ExprNumber, FunctionNumber, ShapeNumber, TypeNumber } from '../../extraction/numbers.ts';
import type { Around, Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { constant, restore } from './definitions.ts';
import { defineRustFunction } from './functions.ts';
import { notesOf, pathOf, plain, typeArguments } from './names.ts';
import { readType, standardType, typeParameters } from './types.ts';

/** Associated types that tell what a value turns into when it is iterated over, awaited or dereferenced. */
const ITEM = '__element';

/** Reads `impl Type {}` and `impl Trait for Type {}`: a block whose members belong to the type. */
export function defineImpl(r: Reader, node: Syntax): void {
  const target = bare(node.field('type'));
  if (target === undefined) return;
  const path = pathOf(target);
  const name = path.names.at(-1) ?? '';
  const found = path.names.length === 1 ? r.scope.lookup(name) : undefined;
  const home = found === undefined ? undefined : r.model.bindings[found.binding]!.shapes?.[0];
  const shape = home === undefined ? undefined : r.model.shapes[home];
  const outer = r.around;
  r.within('block', () => {
    const known = new Map<string, BindingNumber>();
    typeArguments(target).forEach((arg, i) => {
      const param = shape?.typeParams?.[i];
      if (param !== undefined) known.set(arg.text, param);
    });
    // Only names that the block itself declares are parameters of the type.
    const own = new Set(
      (node.field('type_parameters')?.children ?? []).map((param) => (param.field('name') ?? param.field('left') ?? param).text),
    );
    for (const each of known.keys()) if (!own.has(each)) known.delete(each);
    typeParameters(r, node, known);
    const block: Shape = { kind: 'class', members: [], mixins: [] };
    const number = r.model.shape(block);
    // Whatever type the block is for, `Self` means that type inside it.
    r.around = { shape: number, node: shape?.node };
    const type = home === undefined ? readType(r, target) : r.typeExpr(['shape', home]);
    const value = home === undefined ? pathValueOf(r, type) : r.expr(['This', home]);
    block.of = type;
    notesOf(r).selves.set(number, { type, value });
    const trait = node.field('trait');
    if (trait !== undefined) block.mixins!.push(r.expr(['as', readType(r, trait)]));
    // An impl for certain type arguments knows more than the bare type.
    const certain = home !== undefined && typeArguments(target).length > known.size;
    const self = home === undefined ? r.expr(['as', type]) : certain ? r.expr(['as', readType(r, target)]) : r.expr(['this', home]);
    const around: Around = { shape: number, node: shape?.node };
    r.inside(shape?.node, false, () => readBlock(r, node, around, { self, name, trait: trait !== undefined }));
    if (shape !== undefined) join(r, home!, block, trait !== undefined);
    else if (name !== '' && /^\p{Lu}/u.test(name)) giveOut(r, name, block);
  });
  restore(r, outer);
}

function pathValueOf(r: Reader, type: TypeNumber): ExprNumber {
  const written = r.model.types[type]!;
  if (written[0] !== 'ref') return r.expr(['as', type]);
  const path = written[2] === '' ? [] : written[2].split('.');
  return path.reduce((object, each) => r.expr(['.', object, each]), r.expr(['name', written[1]]));
}

function bare(type: Syntax | undefined): Syntax | undefined {
  let node = type;
  while (node !== undefined && /^(?:reference|pointer|dynamic|parenthesized)_type$/.test(node.kind))
    node = node.field('type') ?? node.field('trait');
  return node;
}

function readBlock(r: Reader, node: Syntax, around: Around, place: { self: ExprNumber; name: string; trait: boolean }): void {
  r.around = around;
  const items = node.field('body')?.children ?? [];
  for (const item of items) if (item.kind === 'type_item') associatedType(r, item);
  const within = around.node === undefined && place.name !== '' ? { within: place.name } : {};
  for (const item of items) {
    if (item.kind === 'function_item') {
      // A function that a trait requires is as visible as the trait.
      const attributes = { ...within, ...(place.trait ? { visibility: 'public' as const } : {}) };
      const { name, node: symbol, fn, takesSelf } = defineRustFunction(r, item, { self: place.self, attributes });
      const member: Member = { name, fn, ...(symbol === undefined ? {} : { node: symbol }) };
      if (takesSelf || place.trait) r.member(around.shape, member);
      r.member(around.shape, { ...member, isStatic: true });
    } else if (item.kind === 'const_item') constant(r, item);
    else if (item.kind !== 'type_item') r.read(item);
  }
}

function associatedType(r: Reader, item: Syntax): void {
  const name = plain(item.field('name')?.text ?? '');
  const type = readType(r, item.field('type')!);
  r.model.bindings[r.declare(`Self::${name}`)]!.alias = { type, params: [] };
  const { shape } = r.around!;
  if (name === 'Item') {
    r.member(shape, { name: ITEM, type });
    r.member(shape, { name: ITERATOR, type: standardType(r, 'Iterator', [type]) });
  }
  if (name === 'Target') r.member(shape, { name: TARGET, type });
}

/** Hidden members of a block: types in which to search for members that the type itself lacks. */
const ITERATOR = '__iterator';
const TARGET = '__target';

/** Adds a block's members to its type in the same file. The type's own members come before those that a trait requires. */
function join(r: Reader, home: ShapeNumber, block: Shape, isTrait: boolean): void {
  const shape = r.model.shapes[home]!;
  for (const mixin of block.mixins ?? []) if (!shape.mixins!.includes(mixin)) shape.mixins!.push(mixin);
  for (const member of block.members) {
    if (member.name === ITERATOR || member.name === TARGET) {
      (shape.spreads ??= []).push(r.expr(['as', member.type!]));
      continue;
    }
    const at = shape.members.findIndex((each) => each.name === member.name && each.isStatic === member.isStatic);
    if (at === -1) shape.members.push(member);
    else if (!isTrait) shape.members.splice(at, 1, member);
    else if (isFromTrait(r, shape.members[at]!))
      shape.members[at] = { name: member.name, ...(member.isStatic === true ? { isStatic: true } : {}) };
  }
  if (isTrait) for (const { fn } of block.members) if (fn !== undefined) traitFunctions(r).add(fn);
}

/** If functions of several traits have the same name, which one is called depends on types that no name tells. */
function isFromTrait(r: Reader, member: Member): boolean {
  return member.fn === undefined || traitFunctions(r).has(member.fn);
}

function traitFunctions(r: Reader): Set<FunctionNumber> {
  let found = r.notes.get('trait functions') as Set<FunctionNumber> | undefined;
  if (found === undefined) r.notes.set('trait functions', (found = new Set()));
  return found;
}

/** Exports a block's members for its type in another file, so that the type finds them. */
function giveOut(r: Reader, name: string, block: Shape): void {
  const add = (key: string, record: object): void => {
    const full = `${name}.${key}`;
    if (r.top.names.has(full)) return;
    const binding = r.model.binding(full);
    Object.assign(r.model.bindings[binding]!, record, { of: block.of });
    r.top.names.set(full, binding);
  };
  for (const { name: key, isStatic, node, fn, type } of block.members)
    add(isStatic === true ? `${STATIC_EXTENSION}${key}` : key, {
      ...(node === undefined ? {} : { node }),
      ...(fn === undefined ? {} : { fn }),
      ...(type === undefined ? {} : { type }),
    });
  const [trait] = block.mixins ?? [];
  if (trait === undefined) return;
  const known = r.top.names.get(`${name}.${ADDED_MIXINS}`);
  if (known === undefined) add(ADDED_MIXINS, { init: trait });
  else {
    const record = r.model.bindings[known]!;
    const before = r.model.exprs[record.init!]!;
    record.init = r.expr(['or', ...(before[0] === 'or' ? (before.slice(1) as ExprNumber[]) : [record.init!]), trait]);
  }
}

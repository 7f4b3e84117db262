import type { Member, NodeRecord, Shape } from '../../extraction/extraction.ts';
import { FILE_NODE, type NodeNumber, type ShapeNumber } from '../../extraction/numbers.ts';
import { oneLine } from '../../extraction/one-line.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { attributesOf, attributeUses, before, derivedTraits } from './attributes.ts';
import { defineRustFunction } from './functions.ts';
import { fieldName, notesOf, pathType, plain } from './names.ts';
import { readType, typeParameters } from './types.ts';

/** Defines a struct, a union, an enum or a trait. */
export function defineRustType(r: Reader, node: Syntax): void {
  const kind = node.kind === 'trait_item' ? 'interface' : node.kind === 'enum_item' ? 'enum' : 'class';
  const body = node.field('body');
  const name = plain(node.field('name')?.text ?? '');
  const around = before(node);
  const until = body === undefined || body.kind === 'ordered_field_declaration_list' ? node.end : body.start;
  const symbol = r.node(node, {
    name,
    type: kind,
    signature: oneLine(r.source, node.start, until).replace(/\s*[{;]$/, ''),
    ...attributesOf(node, around.docstring),
  });
  const shape: Shape = { kind: kind === 'interface' ? 'interface' : 'class', node: symbol, name, members: [], mixins: [], blocks: true };
  shape.extended = r.module(`impls ${name}`, 'scope', 1);
  const number = r.model.shape(shape);
  const record = r.model.bindings[r.declared(name)]!;
  if (record.node === undefined) Object.assign(record, { holder: number, shapes: [number], node: symbol });
  notesOf(r).selves.set(number, { type: r.typeExpr(['shape', number]), value: r.expr(['This', number]) });
  attributeUses(r, around, symbol);
  for (const names of derivedTraits(around)) shape.mixins!.push(r.expr(['as', pathType(r, { names, args: [] }, [])]));
  const outer = r.around;
  r.within('block', () =>
    r.inside(symbol, false, () => {
      r.around = { shape: number, node: symbol };
      const params = typeParameters(r, node);
      if (params.length > 0) shape.typeParams = params;
      if (kind === 'interface') traitBody(r, node, body);
      else if (kind === 'enum') for (const variant of body?.children ?? []) defineVariant(r, variant);
      else defineFields(r, body, '');
    }),
  );
  restore(r, outer);
}

export function restore(r: Reader, outer: Reader['around']): void {
  if (outer === undefined) delete r.around;
  else r.around = outer;
}

function defineFields(r: Reader, body: Syntax | undefined, prefix: string): void {
  const { shape } = r.around!;
  if (body?.kind === 'ordered_field_declaration_list') {
    body.fields('type').forEach((type, i) => {
      const member: Member = { name: fieldName(`${prefix}${String(i)}`), type: readType(r, type) };
      addMember(r, shape, member, prefix !== '');
    });
    return;
  }
  for (const field of body?.children ?? []) {
    if (field.kind !== 'field_declaration') continue;
    const name = plain(field.field('name')?.text ?? '');
    const type = readType(r, field.field('type')!);
    const node = prefix === '' ? property(r, field, name) : undefined;
    addMember(r, shape, { name: fieldName(prefix + name), type, ...(node === undefined ? {} : { node }) }, prefix !== '');
  }
}

function property(r: Reader, node: Syntax, name: string, own: Partial<NodeRecord> = {}): NodeNumber {
  return r.node(node, {
    name,
    type: 'property',
    parent: r.around!.node ?? FILE_NODE,
    ...attributesOf(node, before(node).docstring),
    ...own,
  });
}

/** Adds a member to a type, for its values and, if `both`, for the type itself. */
function addMember(r: Reader, shape: ShapeNumber, member: Member, both: boolean): void {
  r.member(shape, member);
  if (both) r.member(shape, { ...member, isStatic: true });
}

function defineVariant(r: Reader, variant: Syntax): void {
  if (variant.kind !== 'enum_variant') return;
  const { shape } = r.around!;
  const name = plain(variant.field('name')?.text ?? '');
  const node = property(r, variant, name, { is_static: true, visibility: 'public' });
  r.member(shape, { name, node, isStatic: true, init: r.expr(['this', shape]) });
  defineFields(r, variant.field('body'), `${name}.`);
  r.inside(node, true, () => void r.read(variant.field('value')));
}

function traitBody(r: Reader, node: Syntax, body: Syntax | undefined): void {
  const { shape } = r.around!;
  const record = r.model.shapes[shape]!;
  for (const bound of node.field('bounds')?.children ?? [])
    if (bound.kind !== 'lifetime' && bound.kind !== 'removed_trait_bound') record.mixins!.push(r.expr(['as', readType(r, bound)]));
  const self = r.expr(['this', shape]);
  for (const item of body?.children ?? []) {
    if (item.kind === 'associated_type') associatedType(r, item);
    else if (item.kind === 'function_item' || item.kind === 'function_signature_item') {
      const abstract = item.kind === 'function_signature_item' ? { is_abstract: true as const } : {};
      const visibility = r.model.nodes[r.around!.node!]!.visibility!;
      const { name, node: symbol, fn } = defineRustFunction(r, item, { self, attributes: { visibility, ...abstract } });
      addMember(r, shape, { name, fn, ...(symbol === undefined ? {} : { node: symbol }) }, true);
    } else if (item.kind === 'const_item') constant(r, item);
    else r.read(item);
  }
}

/** `type Item: Bound;`: inside the trait, `Self::Item` has the members of its bounds. */
function associatedType(r: Reader, item: Syntax): void {
  const name = plain(item.field('name')?.text ?? '');
  const bounds = item.field('bounds');
  const types = (bounds?.children ?? [])
    .filter(({ kind }) => kind !== 'lifetime' && kind !== 'removed_trait_bound')
    .map((each) => readType(r, each));
  const type = types.length === 0 ? r.anyType : types.length === 1 ? types[0]! : r.typeExpr(['and', ...types]);
  r.model.bindings[r.declare(`Self::${name}`)]!.alias = { type, params: [] };
  addMember(r, r.around!.shape, { name, type }, true);
}

/** Reads a `const` inside an `impl` or a trait. */
export function constant(r: Reader, item: Syntax): Member {
  const { shape } = r.around!;
  const name = plain(item.field('name')?.text ?? '');
  const written = item.field('type');
  const node = property(r, item, name, { is_static: true });
  const member: Member = { name, node, ...(written === undefined ? {} : { type: readType(r, written) }) };
  addMember(r, shape, member, true);
  r.defer(() => r.inside(node, true, () => void r.read(item.field('value'))));
  return member;
}

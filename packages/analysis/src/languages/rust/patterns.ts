import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { fieldName, isLower, pathOf, pathValue, plain, type Path } from './names.ts';
import { readType } from './types.ts';

/** Variants of the standard library that hold a value, and the member that stands for that value. */
const HOLDERS: Readonly<Record<string, string>> = { Some: '__try', Ok: '__try', Err: '__err', Ready: '__ready' };

/** Declares the names in a pattern as parts of the matched value. */
export function bindPattern(r: Reader, node: Syntax, value: ExprNumber, type?: TypeNumber): void {
  switch (node.kind) {
    case 'identifier': {
      const name = plain(node.text);
      if (name === '_') return;
      if (!isLower(name)) {
        r.use('refer', pathValue(r, { names: [name], args: [] }), node);
        return;
      }
      const record = r.model.bindings[r.declare(name)]!;
      if (type === undefined) record.init = value;
      else record.type = type;
      return;
    }
    case 'scoped_identifier':
      r.use('refer', pathValue(r, pathOf(node)), node);
      return;
    case 'mut_pattern':
    case 'ref_pattern':
    case 'reference_pattern': {
      const inner = node.children.at(-1);
      if (inner !== undefined) bindPattern(r, inner, value, type);
      return;
    }
    case 'match_pattern':
      if (node.children[0] !== undefined) bindPattern(r, node.children[0], value);
      return;
    case 'or_pattern':
      for (const each of node.children) bindPattern(r, each, value);
      return;
    case 'captured_pattern': {
      const [name, inner] = node.children;
      if (inner !== undefined) bindPattern(r, inner, value);
      if (name !== undefined) bindPattern(r, name, value);
      return;
    }
    case 'tuple_pattern': {
      const rest = node.children.findIndex(({ kind }) => kind === 'remaining_field_pattern');
      node.children.forEach((each, i) => bindPattern(r, each, rest !== -1 && i > rest ? r.any : r.expr(['at', value, i])));
      return;
    }
    case 'slice_pattern':
      for (const each of node.children) bindPattern(r, each, each.kind === 'captured_pattern' ? value : r.expr(['each', value]));
      return;
    case 'tuple_struct_pattern':
      tupleStruct(r, node, value);
      return;
    case 'struct_pattern': {
      const written = node.field('type')!;
      const path = pathOf(written);
      const holder = variantOf(r, path, value);
      if (holder === undefined) readType(r, written);
      else r.use('refer', pathValue(r, path), node);
      for (const field of node.children) {
        if (field.kind !== 'field_pattern') continue;
        const name = plain(field.field('name')?.text ?? '');
        const part = partOf(r, holder, pathAsType(r, path), name);
        const inner = field.field('pattern');
        if (inner !== undefined) bindPattern(r, inner, part);
        else r.model.bindings[r.declare(name)]!.init = part;
      }
      return;
    }
    default:
      return;
  }
}

function tupleStruct(r: Reader, node: Syntax, value: ExprNumber): void {
  const [written, ...parts] = node.children;
  if (written === undefined) return;
  const path = pathOf(written);
  const name = path.names.at(-1) ?? '';
  const inside = HOLDERS[name];
  const isStandard = inside !== undefined && (path.names.length === 1 || name === 'Ready') && r.scope.lookup(name) === undefined;
  if (!isStandard) r.use('refer', pathValue(r, path), node);
  const holder = variantOf(r, path, value);
  parts.forEach((part, i) => {
    if (part.kind === 'remaining_field_pattern') return;
    bindPattern(r, part, isStandard ? r.expr(['.', value, inside]) : partOf(r, holder, pathAsType(r, path), String(i)));
  });
}

/** A path of several names may be a variant. Then its parts are members of the enum: `Variant.part`. */
function variantOf(r: Reader, path: Path, value: ExprNumber): { variant: string; of: ExprNumber[] } | undefined {
  const { names } = path;
  if (names.length === 0 || (names.length === 1 && names[0] === 'Self')) return undefined;
  const of = [value];
  if (names.length > 1 && !isLower(names.at(-2)!)) of.push(pathValue(r, { ...path, names: names.slice(0, -1) }));
  else of.push(pathValue(r, path));
  return { variant: names.at(-1)!, of };
}

function partOf(r: Reader, holder: ReturnType<typeof variantOf>, own: ExprNumber, name: string): ExprNumber {
  const plainPart = r.expr(['.', own, fieldName(name)]);
  if (holder === undefined) return plainPart;
  const member = fieldName(`${holder.variant}.${name}`);
  return holder.of.reduceRight((later, of) => r.expr(['else', r.expr(['.', of, member]), later]), plainPart);
}

/** An instance of the struct that a path names. */
function pathAsType(r: Reader, path: Path): ExprNumber {
  return r.expr(['new', pathValue(r, path), [], []]);
}

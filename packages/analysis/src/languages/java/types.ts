import type { BindingNumber, ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { typeValue } from '../tree-sitter/objects.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';

export function readType(r: Reader, node: Syntax): TypeNumber {
  switch (node.kind) {
    case 'type_identifier':
    case 'identifier':
    case 'scoped_identifier':
    case 'scoped_type_identifier':
      return named(r, node, []);
    case 'generic_type': {
      const args = (node.child('type_arguments')?.children ?? []).map((arg) => readType(r, arg));
      return named(r, node.children[0]!, args);
    }
    case 'array_type':
      return r.typeExpr(['array', readType(r, node.field('element')!)]);
    case 'wildcard':
    case 'annotated_type': {
      const bound = node.children.findLast(({ kind }) => kind.includes('type'));
      return bound === undefined ? r.anyType : readType(r, bound);
    }
    default:
      return r.anyType;
  }
}

function named(r: Reader, node: Syntax, args: TypeNumber[]): TypeNumber {
  const path = plain(node.text);
  if (path === 'var') return r.anyType;
  const found = withPackage(r, path);
  const type = found === undefined ? r.typeName(path, args) : r.typeExpr(['ref', found.binding, found.inner.join('.'), args]);
  r.use('type', type, node);
  return type;
}

/** `Map<K, V>.Entry` → `Map.Entry` */
function plain(type: string): string {
  let depth = 0;
  let path = '';
  for (const part of type.replaceAll(/\s/g, '').split(/([<>])/)) {
    if (part === '<') depth++;
    else if (part === '>') depth--;
    else if (depth === 0) path += part;
  }
  return path;
}

/** A name written with its package, such as `java.util.Map.Entry`, needs no import. */
function withPackage(r: Reader, path: string): { binding: BindingNumber; inner: readonly string[] } | undefined {
  const segments = path.split('.');
  const first = segments.findIndex((segment) => /^\p{Lu}/u.test(segment));
  if (first <= 0) return undefined;
  return { binding: r.imported(segments.slice(0, first).join('.'), segments[first]!), inner: segments.slice(first + 1) };
}

/** A type in the place of a value, for calls of its static members or for making an instance. */
export function typeAsValue(r: Reader, written: string): ExprNumber {
  const path = plain(written);
  const found = withPackage(r, path);
  if (found === undefined) return typeValue(r, path);
  return found.inner.reduce((value, name) => r.expr(['.', value, name]), r.expr(['name', found.binding]));
}

/** Whether an expression may be a type written with its package: lower-case names, then one with a capital. The first is no local name. */
export function isPackagePath(r: Reader, written: string): boolean {
  return (
    /^\p{Ll}[\p{L}\p{N}_]*(?:\.\p{Ll}[\p{L}\p{N}_]*)*\.\p{Lu}[\p{L}\p{N}_]*$/u.test(written) &&
    r.scope.lookup(written.split('.')[0]!) === undefined
  );
}

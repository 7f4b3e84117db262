import type { Reader } from '../reader.ts';
import type { Syntax } from '../syntax.ts';

export function readType(r: Reader, node: Syntax): number {
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

function named(r: Reader, node: Syntax, args: number[]): number {
  const path = node.text.replaceAll(/\s|<[^>]*>/g, '');
  if (path === 'var') return r.anyType;
  const segments = path.split('.');
  const first = segments.findIndex((segment) => /^\p{Lu}/u.test(segment));
  // A name written with its package needs no import.
  const type =
    first > 0
      ? r.typeExpr(['ref', r.imported(segments.slice(0, first).join('.'), segments[first]!), segments.slice(first + 1).join('.'), args])
      : r.typeName(path, args);
  r.use('type', type, node);
  return type;
}

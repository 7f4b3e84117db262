import type { TypeNumber } from '../../extraction/numbers.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';

/** .NET types that hold others: iterating or indexing returns the type of their last argument. */
const HOLDERS =
  /^(?:I?(?:ReadOnly)?(?:List|Collection|Dictionary|Set)|IEnumerable|IQueryable|IAsyncEnumerable|HashSet|SortedSet|Queue|Stack|LinkedList|ConcurrentDictionary|ConcurrentBag|ConcurrentQueue|ImmutableArray|ImmutableList|Span|ReadOnlySpan)$/;

/** Types whose name tells nothing. */
const PLAIN = new Set(['object', 'dynamic', 'void']);

export function readType(r: Reader, node: Syntax): TypeNumber {
  switch (node.kind) {
    case 'identifier':
    case 'qualified_name':
    case 'alias_qualified_name':
      return named(r, node, []);
    case 'generic_name': {
      const base = node.children[0]!;
      const given = node.child('type_argument_list');
      const args = (given?.children ?? []).map((arg) => readType(r, arg));
      if (/^(?:Value)?Task$|^Lazy$/.test(base.text) && args[0] !== undefined) return args[0];
      if (HOLDERS.test(base.text) && args.length > 0) return r.typeExpr(['array', args.at(-1)!]);
      return named(r, node, args);
    }
    case 'predefined_type':
      return PLAIN.has(node.text) ? r.anyType : r.typeExpr(['prim', `System.${node.text}`]);
    case 'nullable_type':
    case 'ref_type':
    case 'scoped_type':
      return node.children[0] === undefined ? r.anyType : readType(r, node.children[0]);
    case 'array_type':
      return r.typeExpr(['array', r.type(node.field('type') ?? node.children[0])]);
    default:
      return r.anyType;
  }
}

/** The name that distinguishes types of one name by their number of parameters: `List<T>` is List`1. */
export function knownAs(name: string, params: Syntax | undefined): string {
  return params === undefined
    ? name
    : `${name}\`${String(Math.max(params.children.length, params.tokens.filter((token) => token === ',').length + 1))}`;
}

/** The name under which a type is known: `A.B<int>` is A.B`1. */
export function pathOf(node: Syntax): string {
  if (node.kind === 'generic_name') return knownAs(node.children[0]!.text, node.child('type_argument_list'));
  if (node.kind !== 'qualified_name') return node.text.replaceAll(/\s|^global::/g, '');
  return node.children.map(pathOf).join('.');
}

function named(r: Reader, node: Syntax, args: TypeNumber[]): TypeNumber {
  const type = r.typeName(pathOf(node), args);
  r.use('type', type, node);
  return type;
}

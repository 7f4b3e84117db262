import type { Reader } from '../reader.ts';
import type { Syntax } from '../syntax.ts';

/** Types of .NET that hold others: iterating or indexing gives the last of their arguments. */
const HOLDERS =
  /^(?:I?(?:ReadOnly)?(?:List|Collection|Dictionary|Set)|IEnumerable|IQueryable|IAsyncEnumerable|HashSet|SortedSet|Queue|Stack|LinkedList|ConcurrentDictionary|ConcurrentBag|ConcurrentQueue|ImmutableArray|ImmutableList|Span|ReadOnlySpan)$/;

export function readType(r: Reader, node: Syntax): number {
  switch (node.kind) {
    case 'identifier':
    case 'qualified_name':
    case 'alias_qualified_name':
      return named(r, node, []);
    case 'generic_name': {
      const base = node.children[0]!;
      const args = (node.child('type_argument_list')?.children ?? []).map((arg) => readType(r, arg));
      if (/^(?:Value)?Task$|^Lazy$/.test(base.text) && args[0] !== undefined) return args[0];
      if (HOLDERS.test(base.text) && args.length > 0) return r.typeExpr(['array', args.at(-1)!]);
      return named(r, base, args);
    }
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

function named(r: Reader, node: Syntax, args: number[]): number {
  const type = r.typeName(node.text.replaceAll(/\s|^global::|<.*>/g, ''), args);
  r.use('type', type, node);
  return type;
}

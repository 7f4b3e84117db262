import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import { parseSyntax, type Syntax } from '../tree-sitter/syntax.ts';

/** Generic types that mean the same as their first argument. */
const TRANSPARENT = new Set([
  'Optional',
  'Annotated',
  'Final',
  'ClassVar',
  'Required',
  'NotRequired',
  'Awaitable',
  'ReadOnly',
  'TypeGuard',
]);
const LISTS = new Set(
  'list List set Set frozenset FrozenSet Sequence MutableSequence Iterable Iterator AsyncIterable AsyncIterator Generator AsyncGenerator Collection deque Deque AbstractSet MutableSet KeysView ValuesView Reversible'.split(
    ' ',
  ),
);
const DICTS = new Set('dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict Counter'.split(' '));

/** Reads the type of an annotation. */
export function readType(r: Reader, node: Syntax): TypeNumber {
  switch (node.kind) {
    case 'type':
    case 'parenthesized_expression':
    case 'expression_statement':
    case 'module':
      return node.children[0] === undefined ? r.anyType : readType(r, node.children[0]);
    case 'identifier':
    case 'attribute':
    case 'member_type':
      return named(r, node);
    case 'none':
      return r.typeExpr(['prim', 'nothing']);
    case 'string':
      return quoted(r, node);
    case 'union_type':
    case 'binary_operator':
      return r.typeExpr(['union', ...node.children.map((child) => readType(r, child))]);
    case 'generic_type':
      return generic(r, node.children[0]!, node.child('type_parameter')?.children ?? []);
    case 'subscript':
      return generic(r, node.field('value')!, node.fields('subscript'));
    default:
      return r.anyType;
  }
}

function named(r: Reader, node: Syntax): TypeNumber {
  const { text } = node;
  if (!/^[\w.]+$/.test(text)) return r.anyType;
  if (text === 'Self' || text.endsWith('.Self')) return r.around === undefined ? r.anyType : r.typeExpr(['shape', r.around.shape]);
  const type = r.typeName(text);
  r.use('type', type, node);
  return type;
}

/** Reads an annotation written as a string, because the class it names is declared later. */
function quoted(r: Reader, node: Syntax): TypeNumber {
  const text = node.text.replace(/^[a-zA-Z]*("""|'''|"|')([\s\S]*)\1$/, '$2').trim();
  if (text === '' || text.length > 500) return r.anyType;
  return r.elsewhere(node.line, () => readType(r, parseSyntax('python', text)));
}

function generic(r: Reader, base: Syntax, args: readonly Syntax[]): TypeNumber {
  const name = base.text.slice(base.text.lastIndexOf('.') + 1);
  const of = (i: number): TypeNumber => (args[i] === undefined ? r.anyType : readType(r, args[i]));
  if (name === 'Union') return r.typeExpr(['union', ...args.map((arg) => readType(r, arg))]);
  if (name === 'Literal') return r.anyType;
  if (name === 'Coroutine') return [of(0), of(1), of(2)][2]!;
  if (TRANSPARENT.has(name)) return of(0);
  if (LISTS.has(name)) return builtin(r, 'list', [of(0)]);
  if (DICTS.has(name)) return builtin(r, 'dict', [of(0), of(1)]);
  if (name === 'tuple' || name === 'Tuple') {
    if (args[1]?.text === '...') return builtin(r, 'list', [of(0)]);
    return r.typeExpr(['tuple', ...args.map((arg) => readType(r, arg))]);
  }
  if (name === 'type' || name === 'Type') return args[0] === undefined ? r.anyType : r.typeExpr(['typeof', valueOf(r, args[0])]);
  if (name === 'Callable') {
    const returns = of(1);
    return r.typeExpr(['fn', r.model.function({ params: [], returns })]);
  }
  const type = named(r, base);
  for (let i = 0; i < args.length; i++) of(i);
  return type;
}

/** The class object that an annotation names. */
function valueOf(r: Reader, node: Syntax): ExprNumber {
  const inner = node.kind === 'type' ? node.children[0] : node;
  if (inner === undefined || !/^[\w.]+$/.test(inner.text)) return r.any;
  const [first = '', ...rest] = inner.text.split('.');
  return rest.reduce((object, name) => r.expr(['.', object, name]), r.name(first));
}

/** One of Python's own types. */
export function builtin(r: Reader, name: string, args: TypeNumber[]): TypeNumber {
  return r.typeExpr(['ref', r.imported('builtins', name), '', args]);
}

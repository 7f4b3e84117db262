import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { anonymousFunction, returned, type Parameter } from '../tree-sitter/functions.ts';
import type { Handler } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { fieldName, isLower, moduleOf, pathOf, pathValue, plain, typeArguments } from './names.ts';
import { bindPattern } from './patterns.ts';
import { PLAIN_MACROS } from './prepare.ts';
import { readType, standardType } from './types.ts';

const inner: Handler = (r, node) => r.read(node.children.at(-1));

export const EXPRESSIONS: Readonly<Record<string, Handler>> = {
  identifier: path,
  scoped_identifier: path,
  generic_function: path,
  self: (r) => pathValue(r, { names: ['self'], args: [] }),
  field_expression: (r, node) => {
    const object = r.read(node.field('value'));
    const name = plain(node.field('field')?.text ?? '');
    const value = r.expr(['.', object, fieldName(name)]);
    return /^\d/.test(name) ? r.expr(['else', value, r.expr(['at', object, Number(name)])]) : value;
  },
  call_expression: call,
  macro_invocation: (r, node) => {
    const names = pathOf(node.field('macro')!).names;
    r.use('call', macroValue(r, names), node);
    return undefined;
  },
  parenthesized_expression: inner,
  reference_expression: inner,
  unary_expression: inner,
  try_expression: (r, node) => {
    r.decision();
    return r.expr(['.', r.read(node.children[0]), '__try']);
  },
  await_expression: (r, node) => r.expr(['await', r.read(node.children[0])]),
  async_block: inner,
  unsafe_block: inner,
  type_cast_expression: (r, node) => {
    r.read(node.field('value'));
    return r.expr(['as', readType(r, node.field('type')!)]);
  },
  binary_expression: (r, node) => {
    if (node.tokens.some((token) => token === '&&' || token === '||')) r.decision();
    r.readAll(node.children);
    return undefined;
  },
  index_expression: (r, node) => {
    const [object, index] = node.children;
    const value = r.read(object);
    r.read(index);
    return index?.kind === 'range_expression' ? value : r.expr(['each', value]);
  },
  array_expression: (r, node) => {
    const values = node.children.map((each) => r.read(each));
    const [first] = values;
    return r.expr(['as', standardType(r, 'Vec', first === undefined ? [] : [r.typeExpr(['typeof', first])])]);
  },
  tuple_expression: (r, node) => {
    const values = node.children.map((each) => r.read(each));
    return r.expr(['as', r.typeExpr(['tuple', ...values.map((value) => r.typeExpr(['typeof', value]))])]);
  },
  struct_expression: (r, node) => {
    const written = node.field('name')!;
    const target = pathValue(r, pathOf(written));
    r.use('new', target, node);
    for (const each of node.field('body')?.children ?? []) {
      if (each.kind === 'shorthand_field_initializer') r.read(each.children.at(-1));
      else r.read(each.field('value') ?? each.children.at(-1));
    }
    // The name may be a struct, or a variant, which is one of its enum's values.
    return r.expr(['else', r.expr(['as', typeOf(r, written)]), r.expr(['else', r.expr(['new', target, [], []]), target])]);
  },
  closure_expression: (r, node) => closure(r, node, undefined),
  return_expression: (r, node) => {
    if (node.children[0] !== undefined) returned(r, r.read(node.children[0]));
    return undefined;
  },
  break_expression: (r, node) => (r.readAll(node.children.filter(({ kind }) => kind !== 'label')), undefined),
  if_expression: (r, node) => {
    const values: ExprNumber[] = [];
    r.within('block', () => {
      r.read(node.field('condition'));
      values.push(r.read(node.field('consequence')));
    });
    const other = node.field('alternative');
    if (other !== undefined) values.push(r.read(other));
    return r.expr(['or', ...values]);
  },
  else_clause: inner,
  let_condition: (r, node) => {
    const value = r.read(node.field('value'));
    bindPattern(r, node.field('pattern')!, value);
    return undefined;
  },
  match_expression: (r, node) => {
    const value = r.read(node.field('value'));
    const values: ExprNumber[] = [];
    for (const arm of node.field('body')?.children ?? []) {
      if (arm.kind !== 'match_arm') continue;
      r.decision();
      r.within('block', () => {
        const pattern = arm.field('pattern');
        if (pattern !== undefined) bindPattern(r, pattern, value);
        r.read(pattern?.field('condition'));
        values.push(r.read(arm.field('value')));
      });
    }
    return values.length === 0 ? undefined : r.expr(['or', ...values]);
  },
  while_expression: (r, node) => {
    r.within('block', () => {
      r.read(node.field('condition'));
      r.read(node.field('body'));
    });
    return undefined;
  },
  for_expression: (r, node) => {
    const iterated = r.expr(['each', r.read(node.field('value'))]);
    r.within('block', () => {
      bindPattern(r, node.field('pattern')!, iterated);
      r.read(node.field('body'));
    });
    return undefined;
  },
  let_declaration: (r, node) => {
    const written = node.field('type');
    const type = written === undefined ? undefined : readType(r, written);
    const value = node.field('value');
    const read = value === undefined ? r.any : r.read(value);
    r.read(node.field('alternative'));
    const pattern = node.field('pattern');
    const known = written === undefined || /\b_\b/.test(written.text) ? undefined : type;
    if (pattern !== undefined) bindPattern(r, pattern, known === undefined ? read : r.expr(['as', known]), known);
    return undefined;
  },
  expression_statement: (r, node) => r.read(node.children[0]),
  string_literal: () => undefined,
  raw_string_literal: () => undefined,
  integer_literal: () => undefined,
  float_literal: () => undefined,
  char_literal: () => undefined,
  boolean_literal: () => undefined,
  line_comment: () => undefined,
  block_comment: () => undefined,
  label: () => undefined,
  attribute_item: () => undefined,
  inner_attribute_item: () => undefined,
};

function typeOf(r: Reader, written: Syntax): TypeNumber {
  return readType(r, written);
}

function path(r: Reader, node: Syntax): ExprNumber {
  const written = pathOf(node);
  const value = pathValue(r, written);
  const [only] = written.names;
  const isLocal = written.names.length === 1 && isLocalName(r, only!);
  if (!isLocal) r.use('refer', value, node);
  return value;
}

function isLocalName(r: Reader, name: string): boolean {
  const scope = r.scope.lookup(name)?.scope;
  return scope !== undefined && scope !== moduleOf(r).scope;
}

/** The method that is called on a value. */
function method(r: Reader, node: Syntax): ExprNumber {
  return r.expr(['.', r.read(node.field('value')), plain(node.field('field')?.text ?? '')]);
}

function call(r: Reader, node: Syntax): ExprNumber {
  const written = node.field('function')!;
  const args = node.field('arguments')?.children.filter(({ kind }) => !kind.endsWith('comment') && kind !== 'attribute_item') ?? [];
  const generic = written.kind === 'generic_function';
  const callee = generic ? written.field('function')! : written;
  const typeArgs = generic ? typeArguments(written).map((arg) => readType(r, arg)) : [];
  if (callee.kind === 'field_expression') {
    const target = method(r, callee);
    const values = readArguments(r, target, args);
    r.use('call', target, node);
    const made = r.expr(['call', target, values, typeArgs]);
    const object = r.model.exprs[target] as ['.', ExprNumber, string];
    // A copy has the type of its original.
    return object[2] === 'clone' || object[2] === 'to_owned' ? r.expr(['else', made, object[1]]) : made;
  }
  if (callee.kind !== 'identifier' && callee.kind !== 'scoped_identifier') {
    const target = r.read(callee);
    r.use('call', target, node);
    return r.expr(['call', target, readArguments(r, target, args), typeArgs]);
  }
  const named = pathOf(callee);
  const [first = ''] = named.names;
  if (named.names.length === 1 && PLAIN_MACROS.has(first) && r.scope.lookup(first) === undefined) {
    r.use('call', macroValue(r, [first]), node);
    r.readAll(args);
    return r.any;
  }
  const target = pathValue(r, named);
  const values = readArguments(r, target, args);
  r.use('call', target, node);
  const last = named.names.at(-1) ?? '';
  if (isLower(last)) {
    // A derived function is not written in the code.
    if (last === 'default' && named.names.length > 1)
      return r.expr([
        'else',
        r.expr(['call', target, values, typeArgs]),
        r.expr(['new', pathValue(r, { ...named, names: named.names.slice(0, -1) }), [], []]),
      ]);
    // Type::clone(&value), Arc::clone(&value)
    if (last === 'clone' && values.length === 1) return r.expr(['else', r.expr(['call', target, values, typeArgs]), values[0]!]);
    return r.expr(['call', target, values, typeArgs]);
  }
  // A variant with values is one of its enum's values.
  return r.expr(['else', r.expr(['make', target, values, typeArgs]), target]);
}

/** Reads arguments. The parameters of a closure have the types that the called function expects at its place. */
function readArguments(r: Reader, target: ExprNumber, args: readonly Syntax[]): ExprNumber[] {
  const values = args.map((arg) => (arg.kind === 'closure_expression' ? undefined : r.read(arg)));
  const known = values.filter((value) => value !== undefined);
  return args.map((arg, i) => values[i] ?? closure(r, arg, r.typeExpr(['arg', target, i, known, []])));
}

function closure(r: Reader, node: Syntax, context: TypeNumber | undefined): ExprNumber {
  const destructured: [name: string, pattern: Syntax][] = [];
  const params = (node.field('parameters')?.children ?? []).map((param, i): Parameter => {
    const pattern = param.kind === 'parameter' ? param.field('pattern')! : param;
    const type = param.kind === 'parameter' ? param.field('type') : undefined;
    const simple = pattern.kind === 'mut_pattern' || pattern.kind === 'reference_pattern' ? pattern.children.at(-1)! : pattern;
    if (simple.kind === 'identifier') return { name: plain(simple.text), type };
    const hidden = `#${String(i)}`;
    destructured.push([hidden, pattern]);
    return { name: hidden, type };
  });
  const returns = node.field('return_type');
  return anonymousFunction(r, {
    params,
    body: node.field('body'),
    ...(context === undefined ? {} : { context }),
    ...(returns === undefined ? {} : { returns }),
    read: (body) => {
      for (const [hidden, pattern] of destructured) bindPattern(r, pattern, r.expr(['name', r.scope.names.get(hidden)!]));
      returned(r, r.read(body));
    },
  });
}

/** Macros have names of their own. The names are those of the file, of the crate, and of other crates. */
function macroValue(r: Reader, names: readonly string[]): ExprNumber {
  const last = `${names.at(-1) ?? ''}!`;
  if (names.length > 1) return pathValue(r, { names: [...names.slice(0, -1), last], args: [] });
  const found = r.scope.lookup(last) ?? r.top.lookup(last);
  if (found !== undefined) return r.expr(['name', found.binding]);
  if (PLAIN_MACROS.has(names[0]!) || STANDARD_MACROS.has(names[0]!)) return r.expr(['name', r.imported('extern std', last)]);
  return r.expr(['name', r.imported('macros', last)]);
}

const STANDARD_MACROS = new Set(
  'addr_of cfg column compile_error concat env file include include_bytes include_str line matches module_path option_env stringify thread_local try unreachable'.split(
    ' ',
  ),
);

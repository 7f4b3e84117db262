import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { anonymousFunction, returned } from '../tree-sitter/functions.ts';
import type { Handler } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import { hasPath, namedArguments, noteHttpCall } from '../../extraction/http-calls.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { isTextual } from '../../extraction/surface.ts';
import { joined, keptText } from '../tree-sitter/texts.ts';
import { parametersOf } from './parameters.ts';

/** Elements of a list, or pairs of a dictionary, that are kept. */
const MAX_TABLE = 64;

export const EXPRESSIONS: Readonly<Record<string, Handler>> = {
  identifier: (r, node) => {
    const value = r.name(node.text);
    if (isFromElsewhere(r, node.text)) r.use('refer', value, node);
    return value;
  },
  attribute: (r, node) => {
    const value = attribute(r, node);
    r.use('refer', value, node);
    return value;
  },
  call,
  await: (r, node) => r.expr(['await', r.read(node.children[0])]),
  conditional_expression: (r, node) => {
    const [yes, test, no] = node.children;
    r.read(test);
    return r.expr(['or', r.read(yes), r.read(no)]);
  },
  boolean_operator: (r, node) => r.expr(['or', r.read(node.field('left')), r.read(node.field('right'))]),
  parenthesized_expression: (r, node) => r.read(node.children[0]),
  named_expression: (r, node) => {
    const value = r.read(node.field('value'));
    r.assign(node.field('name')?.text ?? '', value);
    return value;
  },
  subscript: (r, node) => {
    const object = r.read(node.field('value'));
    const indices = node.fields('subscript').map((index) => r.read(index));
    return r.expr(['else', method(r, object, '__getitem__', indices), r.expr(['each', object])]);
  },
  list: (r, node) => collection(r, node),
  set: (r, node) => collection(r, node),
  tuple: (r, node) => collection(r, node),
  expression_list: (r, node) => collection(r, node),
  dictionary: (r, node) => {
    const pairs = [...node.children].map((pair) => [r.read(pair.field('key') ?? pair), r.read(pair.field('value'))]);
    // The first pair tells the types. All pairs of a table of texts are kept, as of the methods that a view answers.
    const isTable = pairs.length <= MAX_TABLE && pairs.flat().every((each) => isTextual(r.model.exprs[each]!));
    return own(r, '__dict', isTable ? pairs.flat() : (pairs[0] ?? []));
  },
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  generator_expression: comprehension,
  dictionary_comprehension: comprehension,
  lambda: (r, node) => {
    const body = node.field('body');
    const params = parametersOf(node.field('parameters'));
    return anonymousFunction(r, { body, params, read: (value) => returned(r, r.read(value)) });
  },
  string: (r, node) => {
    const parts = node.children.flatMap((child) => {
      if (child.kind === 'interpolation') return child.children.map((each) => r.read(each)).slice(0, 1);
      return child.kind === 'string_content' ? [keptText(r, child.text, r.name('str')) ?? r.any] : [];
    });
    if (parts.length === 0) return r.expr(['lit', '', r.name('str')]);
    if (parts.length === 1 && node.child('interpolation') === undefined) return parts[0] === r.any ? r.name('str') : parts[0];
    return parts.some((part) => hasPath(r.model, part)) ? r.expr(['concat', r.name('str'), ...parts]) : r.name('str');
  },
  concatenated_string: (r, node) => r.expr(['concat', r.name('str'), ...node.children.map((child) => r.read(child))]),
  binary_operator: (r, node) => joined(r, node, r.name('str')),
  integer: (r) => r.name('int'),
  float: (r) => r.name('float'),
  true: (r) => r.name('bool'),
  false: (r) => r.name('bool'),
  none: (r) => r.expr(['prim', 'nothing']),
  keyword_argument: (r, node) => r.read(node.field('value')),
  comment: () => undefined,
};

function attribute(r: Reader, node: Syntax): ExprNumber {
  return r.expr(['.', r.read(node.field('object')), node.field('attribute')?.text ?? '']);
}

/** Whether a use of the name is worth recording: the name belongs to the module, not to the function or its parameters. */
function isFromElsewhere(r: Reader, name: string): boolean {
  const found = r.scope.lookup(name);
  return found !== undefined && found.scope === r.top;
}

function call(r: Reader, node: Syntax): ExprNumber {
  const callee = node.field('function')!;
  const args = node.field('arguments');
  if (callee.kind === 'identifier' && callee.text === 'super' && r.around !== undefined) {
    if (args !== undefined) r.readAll(args.children);
    return r.expr([r.thisExpr !== undefined && r.model.exprs[r.thisExpr]?.[0] === 'This' ? 'Super' : 'super', r.around.shape]);
  }
  const target = callee.kind === 'identifier' ? r.name(callee.text) : callee.kind === 'attribute' ? attribute(r, callee) : r.read(callee);
  // A generator expression may stand in place of the argument list.
  const given = args === undefined ? [] : args.kind === 'argument_list' ? args.children.filter(({ kind }) => kind !== 'comment') : [args];
  const values = given.map((arg) => ({ arg, value: r.read(arg) }));
  r.use('call', target, callee);
  const positional = values.filter(({ arg }) => arg.kind !== 'keyword_argument' && !arg.kind.includes('splat')).map(({ value }) => value);
  const named = namedArguments(
    values.map(({ arg, value }) => [arg.kind === 'keyword_argument' ? (arg.field('name')?.text ?? '') : '', value]),
  );
  // The argument of `include('a.urls')` names a module.
  const [first] = positional;
  const module = first === undefined ? undefined : r.model.exprs[first];
  if (callee.text.endsWith('include') && module?.[0] === 'lit') r.module(module[1], 'scope', node.line);
  const made = r.expr(named.length > 0 ? ['make', target, positional, [], named] : ['make', target, positional, []]);
  noteHttpCall(r.model, r.owner, made, node.line, node.endLine);
  return made;
}

export function method(r: Reader, object: ExprNumber, name: string, args: ExprNumber[]): ExprNumber {
  return r.expr(['call', r.expr(['.', object, name]), args, []]);
}

/** Calls one of Python's own functions. */
function own(r: Reader, name: string, args: ExprNumber[]): ExprNumber {
  return r.expr(['call', r.expr(['name', r.imported('builtins', name)]), args, []]);
}

function collection(r: Reader, node: Syntax): ExprNumber {
  const values = node.children
    .filter(({ kind }) => kind !== 'comment')
    .map((child) => (child.kind === 'list_splat' ? r.expr(['each', r.read(child.children[0])]) : r.read(child)));
  // The first elements tell the types. Others are kept if they may be a part of a table of routes.
  return own(
    r,
    '__list',
    values.slice(0, MAX_TABLE).filter((value, i) => i < 4 || isTabular(r, value)),
  );
}

/** Whether an element is a text, a row, or the elements of another list. */
function isTabular(r: Reader, value: ExprNumber): boolean {
  const expr = r.model.exprs[value]!;
  return isTextual(expr) || expr[0] === 'each' || (expr[0] === 'call' && expr[1] === r.name('__list'));
}

function comprehension(r: Reader, node: Syntax): ExprNumber {
  let result = r.any;
  r.within('block', () => {
    for (const clause of node.children) {
      if (r.language.decisions.has(clause.kind)) r.decision();
      if (clause.kind === 'for_in_clause') bind(r, clause.field('left'), r.expr(['each', r.read(clause.field('right'))]));
      else if (clause.kind === 'if_clause') r.readAll(clause.children);
    }
    const body = node.field('body');
    if (body?.kind === 'pair') result = own(r, '__dict', [r.read(body.field('key')), r.read(body.field('value'))]);
    else result = own(r, '__list', [r.read(body)]);
  });
  return result;
}

/** Assigns a value to a pattern: a name, an attribute of `self`, or several of them. */
export function bind(r: Reader, pattern: Syntax | undefined, value: ExprNumber, source?: Syntax): void {
  switch (pattern?.kind) {
    case 'identifier':
      r.assign(pattern.text, value);
      break;
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'as_pattern_target':
      if (pattern.kind === 'as_pattern_target') return bind(r, pattern.children[0], value);
      pattern.children.forEach((part, i) => bind(r, part, r.expr(['at', value, i])));
      break;
    case 'tuple':
      pattern.children.forEach((part, i) => bind(r, part, r.expr(['at', value, i])));
      break;
    case 'attribute':
      attributeOfSelf(r, pattern, value);
      break;
    case undefined:
      break;
    default:
      r.read(pattern);
  }
  void source;
}

/** `self.name = value` declares a member of the class. An attribute of another object declares nothing. */
function attributeOfSelf(r: Reader, node: Syntax, value: ExprNumber, type?: TypeNumber): void {
  const object = r.read(node.field('object'));
  if (r.around === undefined || r.thisExpr === undefined || object !== r.thisExpr) return;
  addAttribute(r, node.field('attribute')!, value, type, node);
}

export function addAttribute(r: Reader, name: Syntax, value: ExprNumber | undefined, type: TypeNumber | undefined, span: Syntax): void {
  const { shape, node: parent } = r.around!;
  const { members } = r.model.shapes[shape]!;
  const known = members.find((member) => member.name === name.text && member.isStatic !== true);
  if (known === undefined) {
    const node =
      parent === undefined || !/^\w{1,100}$/.test(name.text)
        ? undefined
        : r.node(span, { name: name.text, type: 'property', parent, visibility: visibilityOf(name.text) });
    const member = {
      name: name.text,
      ...(node === undefined ? {} : { node }),
      ...(value === undefined ? {} : { init: value }),
      ...(type === undefined ? {} : { type }),
    };
    r.member(shape, member);
    r.member(shape, { ...member, isStatic: true });
    return;
  }
  if (known.fn !== undefined || known.type !== undefined) return;
  for (const each of members) {
    if (each.name !== name.text) continue;
    if (type !== undefined) each.type = type;
    if (value !== undefined) each.init = each.init === undefined || each.init === value ? value : r.expr(['or', each.init, value]);
  }
}

export function attributeAnnotated(r: Reader, node: Syntax, value: ExprNumber, type: TypeNumber): void {
  attributeOfSelf(r, node, value, type);
}

export function visibilityOf(name: string): 'public' | 'protected' | 'private' {
  if (!name.startsWith('_') || /^__\w+__$/.test(name)) return 'public';
  return name.startsWith('__') ? 'private' : 'protected';
}

import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { SELF } from '../../extraction/specifiers/self.ts';
import { docCommentBefore } from '../tree-sitter/doc-comments.ts';
import { anonymousFunction, defineFunction, returned, type Attributes, type Parameter } from '../tree-sitter/functions.ts';
import { pluginFor, type Handler, type Language } from '../tree-sitter/language.ts';
import { defineField, defineMethod, defineType, holderOf, memberCalled } from '../tree-sitter/objects.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';

/** Kotlin's types that hold others. Each is read as an array of its last type argument. */
const HOLDER = /^(?:Mutable)?(?:List|Set|Collection|Map)$|^(?:Array|Sequence|Iterable|ArrayList|HashSet|HashMap|Flow)$/;
const TYPES = ['user_type', 'nullable_type', 'function_type', 'parenthesized_type'];

const HANDLERS: Readonly<Record<string, Handler>> = {
  package_header: () => undefined,
  import_header: (r, node) => {
    const segments = node.child('identifier')?.children.map(({ text }) => text) ?? [];
    const isWildcard = node.child('wildcard_import') !== undefined;
    const module = r.module(segments.slice(0, isWildcard ? undefined : -1).join('.'), 'import', node.line);
    const name = segments.at(-1) ?? '';
    if (isWildcard) r.model.exports.push({ star: module, hidden: true });
    else r.model.bindings[r.declare(node.child('import_alias')?.children[0]?.text ?? name)]!.from = { module, name };
    return undefined;
  },
  class_declaration: type,
  object_declaration: type,
  // Members of a companion object belong to the class itself.
  companion_object: (r, node) => (r.readAll(node.child('class_body')?.children ?? []), undefined),
  function_declaration: (r, node) => (defineCallable(r, node), undefined),
  property_declaration: (r, node) => (defineProperty(r, node), undefined),
  enum_entry: (r, node) => {
    if (r.around === undefined) return undefined;
    const name = nameOf(node);
    const symbol = r.node(node, { name, type: 'property', is_static: true });
    r.member(r.around.shape, { name, node: symbol, isStatic: true, init: r.expr(['this', r.around.shape]) });
    return undefined;
  },
  simple_identifier: (r, { text }) =>
    r.scope.lookup(text) !== undefined ? r.name(text) : r.expr(['else', r.expr(['.', holderOf(r, text), text]), r.name(text)]),
  this_expression: (r) => r.thisExpr,
  super_expression: (r) => (r.around === undefined ? undefined : r.expr(['super', r.around.shape])),
  navigation_expression: (r, node) => {
    const value = r.expr(['.', r.read(node.children[0]), nameOf(node.child('navigation_suffix'))]);
    r.use('refer', value, node);
    return value;
  },
  call_expression: (r, node) => {
    const [called] = node.children;
    // `f(1) { … }` is one call.
    const isOne = called?.kind === 'call_expression' && node.child('call_suffix')?.child('value_arguments') === undefined;
    const given = isOne ? [...argumentsOf(called), ...argumentsOf(node)] : argumentsOf(node);
    const target = callee(r, isOne ? called.children[0] : called, given.length);
    const values = given.map((arg, i) => {
      const value = arg.children.at(-1);
      return value?.kind === 'lambda_literal' ? lambda(r, value, r.typeExpr(['arg', target, i, [], []])) : r.read(value);
    });
    r.use('call', target, node);
    return r.expr(['make', target, values, []]);
  },
  lambda_literal: (r, node) => lambda(r, node, undefined),
  if_expression: (r, node) => {
    const [condition, ...branches] = node.children;
    r.read(condition);
    return r.expr(['or', ...branches.map((branch) => r.read(branch))]);
  },
  control_structure_body: (r, node) => last(r, node),
  for_statement: (r, node) => {
    const [variable, iterated, body] = node.children;
    r.assign(nameOf(variable), r.expr(['each', r.read(iterated)]));
    r.read(body);
    return undefined;
  },
  jump_expression: (r, node) => {
    const value = r.read(node.children[0]);
    if (node.tokens[0] === 'return') returned(r, value);
    return undefined;
  },
  elvis_expression: (r, node) => r.expr(['or', ...node.children.map((part) => r.read(part))]),
  as_expression: (r, node) => (r.read(node.children[0]), r.expr(['as', r.type(node.children[1])])),
  parenthesized_expression: (r, node) => r.read(node.children[0]),
  postfix_expression: (r, node) => r.read(node.children[0]),
};

function nameOf(node: Syntax | undefined): string {
  return node?.child('simple_identifier', 'type_identifier')?.text ?? '';
}

function argumentsOf(call: Syntax): Syntax[] {
  const parts = call.child('call_suffix')?.children.flatMap((part) => (part.kind === 'value_arguments' ? part.children : [part])) ?? [];
  return parts.filter(({ kind }) => kind === 'value_argument' || kind === 'annotated_lambda');
}

function last(r: Reader, node: Syntax): ExprNumber {
  const statements = node.child('statements') ?? node;
  return statements.children.map((child) => r.read(child)).at(-1) ?? r.any;
}

/** What is called: a local name, a member of a surrounding type, or a member of an object. */
function callee(r: Reader, node: Syntax | undefined, args: number): ExprNumber {
  const name = node?.kind === 'simple_identifier' ? node.text : undefined;
  if (node?.kind === 'navigation_expression')
    return memberCalled(r, r.read(node.children[0]), nameOf(node.child('navigation_suffix')), args);
  if (name === undefined) return r.read(node);
  if (r.scope.lookup(name) !== undefined) return r.name(name);
  return r.expr(['else', memberCalled(r, holderOf(r, name), name, args), r.name(name)]);
}

/** A lambda without named parameters has one parameter, `it`. */
function lambda(r: Reader, node: Syntax, context: TypeNumber | undefined): ExprNumber {
  const names = node.child('lambda_parameters')?.children.map((each): Parameter => ({ name: nameOf(each), type: each.child(...TYPES) }));
  return anonymousFunction(r, {
    params: names ?? [{ name: 'it' }],
    body: node.child('statements'),
    ...(context === undefined ? {} : { context }),
    ...(r.thisExpr === undefined ? {} : { thisExpr: r.thisExpr }),
    read: (body) => returned(r, last(r, body)),
  });
}

function type(r: Reader, node: Syntax): undefined {
  const body = node.child('class_body', 'enum_class_body');
  const kind = body?.kind === 'enum_class_body' ? 'enum' : node.tokens.includes('interface') ? 'interface' : 'class';
  const bases = node.children.filter((each) => each.kind === 'delegation_specifier').map(({ children }) => children[0]!);
  const mixins = bases.flatMap((base) => base.child('user_type') ?? (base.kind === 'user_type' ? [base] : []));
  defineType(r, { name: nameOf(node), span: node, body, kind, mixins, attributes: attributesOf(node) }, () => {
    for (const param of node.child('primary_constructor')?.children ?? [])
      if (param.child('binding_pattern_kind') !== undefined)
        defineField(r, nameOf(param), param, r.type(param.child(...TYPES)), undefined, attributesOf(param));
    r.inside(undefined, true, () => r.readAll(bases.flatMap((base) => base.child('value_arguments') ?? [])));
    r.readAll(body?.children ?? []);
  });
  return undefined;
}

function defineCallable(r: Reader, node: Syntax): void {
  const name = nameOf(node);
  const parameters = node.child('function_value_parameters');
  const at = node.children.findIndex(({ kind }) => kind === 'function_value_parameters');
  const body = node.child('function_body');
  const isValue = body?.tokens[0] === '=';
  const returns = node.children.slice(at).find(({ kind }) => TYPES.includes(kind));
  const isExtension = node.children.slice(0, at).some(({ kind }) => TYPES.includes(kind));
  const syntax = {
    name,
    span: node,
    head: node,
    body,
    params: parametersOf(parameters),
    ...(returns === undefined ? {} : { returns }),
    isAsync: modifiersOf(node).includes('suspend'),
    read: (inner: Syntax) => (isValue ? returned(r, last(r, inner)) : r.readAll(inner.children)),
  };
  const attributes = attributesOf(node);
  if (r.around !== undefined && r.scope.kind !== 'function') {
    // An extension declared inside a class is no member of that class: its receiver is another type.
    if (!isExtension) defineMethod(r, syntax, { ...attributes, ...(body === undefined ? { is_abstract: true } : {}) });
    return;
  }
  const { node: symbol, fn } = defineFunction(r, { ...syntax, thisExpr: r.thisExpr }, { ...attributes, type: 'function' });
  const record = r.model.bindings[isExtension ? r.model.binding(name) : r.declared(name)]!;
  if (record.fn === undefined) Object.assign(record, { fn }, symbol === undefined ? {} : { node: symbol });
}

function parametersOf(list: Syntax | undefined): Parameter[] {
  return (list?.children ?? []).flatMap((each, i, all): Parameter[] => {
    if (each.kind !== 'parameter') return [];
    const isRest = all[i - 1]?.text === 'vararg';
    return [{ name: nameOf(each), type: each.child(...TYPES), ...(isRest ? { rest: true } : {}) }];
  });
}

/** Declares a property: a member, a top-level variable, or a local name. */
function defineProperty(r: Reader, node: Syntax): void {
  const variable = node.child('variable_declaration');
  const at = node.children.findIndex(({ kind }) => kind === 'variable_declaration');
  const name = nameOf(variable);
  const written = variable?.child(...TYPES);
  const type = written === undefined ? undefined : r.type(written);
  const [value, ...accessors] = node.children.slice(at + 1);
  const isMember = r.around !== undefined && r.scope.kind !== 'function';
  const init = value === undefined ? undefined : r.read(value);
  if (isMember) defineField(r, name, node, type, init, attributesOf(node));
  else if (r.scope === r.top) {
    const record = r.model.bindings[r.declared(name)]!;
    Object.assign(record, { node: r.node(node, { name, ...attributesOf(node), type: 'variable' }) });
    Object.assign(record, type === undefined ? {} : { type }, init === undefined ? {} : { init });
  } else r.assign(name, type === undefined ? (init ?? r.any) : r.expr(['as', type]));
  r.readAll(accessors);
}

function modifiersOf(node: Syntax): string[] {
  return node.child('modifiers')?.children.map(({ text }) => text) ?? [];
}

function attributesOf(node: Syntax): Partial<Attributes> {
  const words = modifiersOf(node);
  // The parser treats comments after the imports as part of the last import.
  let before = node.previous;
  while (before !== undefined && /^(?:package_header|import_list|import_header)$/.test(before.kind)) before = before.children.at(-1);
  const docstring = docCommentBefore(node, (text) => text.startsWith('/**'), before);
  return {
    visibility: (['private', 'protected', 'internal'] as const).find((word) => words.includes(word)) ?? 'public',
    ...(words.includes('abstract') ? { is_abstract: true } : {}),
    ...(docstring === undefined ? {} : { docstring }),
  };
}

function readType(r: Reader, node: Syntax): TypeNumber {
  if (node.kind !== 'user_type') return node.children[0] === undefined ? r.anyType : readType(r, node.children[0]);
  const names = node.children.filter(({ kind }) => kind === 'type_identifier').map(({ text }) => text);
  const args = (node.child('type_arguments')?.children ?? []).map((arg) => readType(r, arg));
  if (HOLDER.test(names.at(-1) ?? '') && args.length > 0) return r.typeExpr(['array', args.at(-1)!]);
  const type = r.typeName(names.join('.'), args);
  r.use('type', type, node);
  return type;
}

const kotlinLanguage: Language = {
  name: 'kotlin',
  extensions: ['.kt', '.kts'],
  handlers: HANDLERS,
  decisions: new Set(
    'if_expression for_statement while_statement do_while_statement when_entry catch_block elvis_expression conjunction_expression disjunction_expression'.split(
      ' ',
    ),
  ),
  type: readType,
  hoist: (r, root) => {
    for (const node of root.children)
      if (/^(?:class|object)_declaration$/.test(node.kind)) r.declared(nameOf(node));
      else if (node.kind === 'function_declaration' && r.scope === r.top) r.declared(nameOf(node));
  },
  undeclared: (r, name) => r.expr(['name', r.imported(SELF, name)]),
  finish: (r, root) => {
    const packageName = root.child('package_header')?.children[0]?.text ?? '';
    for (const [name, binding] of r.top.names) {
      const { node, from } = r.model.bindings[binding]!;
      if (node === undefined || from !== undefined) continue;
      const isTold = r.model.nodes[node]!.visibility !== 'private';
      r.model.exports.push({ name, binding, ...(isTold ? {} : { hidden: 'untold' as const }) });
      if (isTold) r.model.nodes[node]!.is_exported = true;
    }
    for (const name of [packageName, 'kotlin']) r.model.exports.push({ star: r.module(name, 'scope', 1), hidden: true });
    return { packageName };
  },
};

export const kotlin = pluginFor(kotlinLanguage);

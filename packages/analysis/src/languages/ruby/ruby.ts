import type { ExprNumber } from '../../extraction/numbers.ts';
import { REQUIRED } from '../../extraction/specifiers/ruby.ts';
import { anonymousFunction, returned } from '../tree-sitter/functions.ts';
import { pluginFor, type Handler, type Language } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { assignMember, constant, defineMethod, defineModule, openMembers, parametersOf } from './definitions.ts';
import { readRailsRoutes } from './rails-routes.ts';
import { readSinatraRoute } from './sinatra-routes.ts';

const HANDLERS: Readonly<Record<string, Handler>> = {
  module: (r, node) => (defineModule(r, node), undefined),
  class: (r, node) => (defineModule(r, node), undefined),
  singleton_class: (r, node) => {
    const outer = r.notes.get('singleton');
    r.notes.set('singleton', true);
    r.read(node.field('body'));
    r.notes.set('singleton', outer);
    return undefined;
  },
  method: (r, node) => (defineMethod(r, node, r.notes.get('singleton') === true), undefined),
  singleton_method: (r, node) => (defineMethod(r, node, true), undefined),
  self: (r) => r.thisExpr,
  constant: (r, node) => reference(r, node),
  scope_resolution: (r, node) => reference(r, node),
  identifier: (r, node) => identifier(r, node),
  instance_variable: (r, node) => (r.thisExpr === undefined ? undefined : r.expr(['.', r.thisExpr, node.text])),
  call,
  super: (r, node) => superCall(r, node),
  assignment: (r, node) => {
    const left = node.field('left');
    const value = r.read(node.field('right'));
    assign(r, left, value, node);
    return value;
  },
  operator_assignment: (r, node) => {
    const value = r.read(node.field('right'));
    const left = node.field('left');
    // @a ||= A.new
    if (node.tokens.includes('||=')) assign(r, left, value, node);
    else r.read(left);
    return value;
  },
  binary: (r, node) => {
    const isOr = node.tokens.some((token) => /^(?:\|\||or)$/.test(token));
    if (isOr || node.tokens.some((token) => /^(?:&&|and)$/.test(token))) r.decision();
    const [left, right] = [r.read(node.field('left')), r.read(node.field('right'))];
    return isOr ? r.expr(['or', left, right]) : undefined;
  },
  parenthesized_statements: (r, node) => last(r, node),
  body_statement: (r, node) => last(r, node),
  begin: (r, node) => last(r, node),
  then: (r, node) => last(r, node),
  conditional: (r, node) => {
    r.read(node.field('condition'));
    return r.expr(['or', r.read(node.field('consequence')), r.read(node.field('alternative'))]);
  },
  if: choice,
  unless: choice,
  elsif: choice,
  return: (r, node) => {
    const value = node.children[0]?.children[0];
    if (value !== undefined) returned(r, r.read(value));
    return undefined;
  },
  block: (r, node) => closure(r, node),
  do_block: (r, node) => closure(r, node),
  lambda: (r, node) => closure(r, node),
  comment: () => undefined,
};

function last(r: Reader, node: Syntax): ExprNumber {
  return (
    node.children
      .filter(({ kind }) => kind !== 'comment')
      .map((child) => r.read(child))
      .at(-1) ?? r.any
  );
}

function choice(r: Reader, node: Syntax): ExprNumber {
  r.read(node.field('condition'));
  const values: ExprNumber[] = [];
  for (const part of [node.field('consequence'), node.field('alternative')]) {
    if (part !== undefined) r.branch(() => values.push(part.kind === 'else' ? last(r, part) : r.read(part)));
  }
  return r.expr(['or', ...values]);
}

function reference(r: Reader, node: Syntax): ExprNumber {
  const value = constant(r, node.text);
  r.use('refer', value, node);
  return value;
}

/** A local variable, or a method of `self` called without parentheses. */
function identifier(r: Reader, node: Syntax): ExprNumber {
  const found = r.scope.lookup(node.text);
  if (found !== undefined && r.model.bindings[found.binding]!.fn === undefined) return r.name(node.text);
  if (/^(?:private|public|protected|private_class_method|module_function)$/.test(node.text) && r.around !== undefined) {
    r.notes.set('visibility', node.text === 'module_function' ? 'public' : node.text);
    r.notes.set('module functions', node.text === 'module_function');
    return r.any;
  }
  if (node.text === 'new' && r.thisExpr !== undefined) {
    r.use('new', r.thisExpr, node);
    return r.expr(['new', r.thisExpr, [], []]);
  }
  const target = own(r, node.text);
  r.use('call', target, node);
  return r.expr(['call', target, [], []]);
}

/** A method of `self`, or else one that a file defines globally. */
function own(r: Reader, name: string): ExprNumber {
  const global = r.expr(['name', r.imported('', name)]);
  return r.thisExpr === undefined ? global : r.expr(['else', r.expr(['.', r.thisExpr, name]), global]);
}

const OF_CLASSES = new Set(['include', 'prepend', 'extend', 'attr_accessor', 'attr_reader', 'attr_writer', 'module_function']);

function call(r: Reader, node: Syntax): ExprNumber {
  const method = node.field('method');
  const receiver = node.field('receiver');
  const args = node.field('arguments')?.children ?? [];
  const name = method?.text ?? '';
  if (method?.kind === 'super') return superCall(r, node);
  if (receiver === undefined && (name === 'require' || name === 'require_relative')) {
    const path = args[0]?.child('string_content')?.text;
    if (path !== undefined)
      r.module(`${REQUIRED}${name === 'require_relative' && !path.startsWith('.') ? './' : ''}${path}`, 'import', node.line);
    return r.any;
  }
  if (receiver === undefined && r.around !== undefined && r.owner !== r.symbol && OF_CLASSES.has(name)) {
    openMembers(r, name, args, node);
    return r.any;
  }
  const object = receiver === undefined ? undefined : r.read(receiver);
  const values = args.map((arg) => r.read(arg.kind === 'pair' ? arg.field('value') : arg));
  r.read(node.field('block'));
  if (name === 'new') {
    const made = object ?? r.thisExpr ?? r.any;
    r.use('new', made, node);
    return r.expr(['new', made, values, []]);
  }
  if (name === 'draw') readRailsRoutes(r, node);
  else if (object === undefined) readSinatraRoute(r, node);
  const local = object === undefined ? r.scope.lookup(name) : undefined;
  const target = local !== undefined ? r.name(name) : object === undefined ? own(r, name) : r.expr(['.', object, name]);
  r.use('call', target, node);
  return r.expr(['call', target, values, []]);
}

function superCall(r: Reader, node: Syntax): ExprNumber {
  r.readAll(node.field('arguments')?.children ?? []);
  const name = r.notes.get('method') as string | undefined;
  if (r.around === undefined || name === undefined) return r.any;
  const isStatic = r.thisExpr !== undefined && r.model.exprs[r.thisExpr]?.[0] === 'This';
  const target = r.expr(['.', r.expr([isStatic ? 'Super' : 'super', r.around.shape]), name]);
  r.use('call', target, node);
  return r.expr(['call', target, [], []]);
}

function assign(r: Reader, left: Syntax | undefined, value: ExprNumber, node: Syntax): void {
  if (left?.kind === 'identifier') r.assign(left.text, value);
  else if (left?.kind === 'instance_variable') assignMember(r, left.text, value);
  else if (left?.kind === 'call') {
    // `a.b = c` calls `b=`, or the method that `attr_writer` declares.
    const object = left.field('receiver');
    const name = left.field('method')?.text ?? '';
    if (object === undefined) return;
    const of = r.read(object);
    if (of === r.thisExpr) assignMember(r, `@${name}`, value);
    r.use('call', r.expr(['else', r.expr(['.', of, `${name}=`]), r.expr(['.', of, name])]), left);
  } else if (left?.kind === 'constant') {
    const prefix = (r.notes.get('namespace') as string | undefined) ?? '';
    const name = prefix === '' ? left.text : `${prefix}::${left.text}`;
    const binding = r.model.binding(name);
    Object.assign(r.model.bindings[binding]!, { node: r.node(node, { name: left.text, type: 'variable' }), init: value });
    if (!r.top.names.has(name)) r.top.names.set(name, binding);
  } else r.read(left);
}

function closure(r: Reader, node: Syntax): ExprNumber {
  const body = node.field('body');
  const params = parametersOf(node.field('parameters'));
  // A name assigned in a block belongs to the method around it. The block's parameters do not.
  return anonymousFunction(r, {
    params,
    body,
    ...(r.thisExpr === undefined ? {} : { thisExpr: r.thisExpr }),
    read: (inner) => returned(r, last(r, inner)),
  });
}

const rubyLanguage: Language = {
  name: 'ruby',
  extensions: ['.rb', '.rake'],
  handlers: HANDLERS,
  decisions: new Set(
    'if unless elsif while until for when in_clause rescue if_modifier unless_modifier while_modifier until_modifier rescue_modifier conditional'.split(
      ' ',
    ),
  ),
  type: (r) => r.anyType,
  hoist: () => undefined,
  undeclared: (r, name) => own(r, name),
  finish: (r) => {
    for (const [name, binding] of r.top.names) {
      const { node } = r.model.bindings[binding]!;
      // Local names of the file are not exported.
      if (node === undefined && !/\.(?:(?:static )?@|its )/.test(name)) continue;
      const isTold = node !== undefined && !name.includes('.') && r.model.nodes[node]!.visibility !== 'private';
      r.model.exports.push({ name, binding, ...(isTold ? {} : { hidden: 'untold' as const }) });
      if (isTold) r.model.nodes[node]!.is_exported = true;
    }
    return {};
  },
};

export const ruby = pluginFor(rubyLanguage);

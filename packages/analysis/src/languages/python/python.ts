import type { Hiding } from '../../extraction/extraction.ts';
import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { SELF } from '../../extraction/specifiers/self.ts';
import { returned } from '../tree-sitter/functions.ts';
import { pluginFor, type Handler, type Language } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { DEFINITIONS, docstringOf } from './definitions.ts';
import { addAttribute, attributeAnnotated, bind, EXPRESSIONS, method, visibilityOf } from './expressions.ts';
import { IMPORTS, importedNames } from './imports.ts';
import { readType } from './types.ts';

const STATEMENTS: Readonly<Record<string, Handler>> = {
  assignment,
  augmented_assignment: (r, node) => (r.readAll(node.children), undefined),
  return_statement: (r, node) => {
    if (node.children[0] !== undefined) returned(r, r.read(node.children[0]));
    return undefined;
  },
  yield: (r, node) => {
    r.readAll(node.children);
    if (r.returning !== undefined) r.returning.yields = true;
    return undefined;
  },
  if_statement: (r, node) => branches(r, node),
  elif_clause: (r, node) => branches(r, node),
  while_statement: (r, node) => branches(r, node),
  for_statement: (r, node) => {
    const iterated = r.read(node.field('right'));
    bind(r, node.field('left'), r.expr(['each', iterated]));
    r.branch(() => (r.read(node.field('body')), r.read(node.field('alternative'))));
    return undefined;
  },
  try_statement: (r, node) => {
    for (const part of node.children) {
      if (part.kind === 'except_clause' || part.kind === 'except_group_clause') r.branch(() => r.read(part));
      else r.read(part);
    }
    return undefined;
  },
  as_pattern: (r, node) => {
    const value = r.read(node.children[0]);
    const target = node.field('alias');
    const isException = r.notes.get('in with') !== true;
    const entered = r.expr(['or', method(r, value, '__enter__', []), method(r, value, '__aenter__', []), r.expr(['each', value])]);
    bind(r, target, isException ? r.expr(['make', value, [], []]) : entered);
    return undefined;
  },
  with_clause: (r, node) => {
    const outer = r.notes.get('in with');
    r.notes.set('in with', true);
    r.readAll(node.children);
    r.notes.set('in with', outer);
    return undefined;
  },
  except_clause: (r, node) => {
    const outer = r.notes.get('in with');
    r.notes.set('in with', false);
    r.readAll(node.children);
    r.notes.set('in with', outer);
    return undefined;
  },
  global_statement: () => undefined,
  nonlocal_statement: () => undefined,
};

/** Reads a condition, then its branch. After `isinstance(name, Class)`, the name has that class inside the branch. */
function branches(r: Reader, node: Syntax): undefined {
  const condition = node.field('condition');
  r.read(condition);
  const body = node.field('consequence') ?? node.field('body');
  const test =
    condition?.kind === 'call' && condition.field('function')?.text === 'isinstance' ? condition.field('arguments')?.children : undefined;
  const [subject, type] = test ?? [];
  if (subject?.kind === 'identifier' && type !== undefined && /^[\w.]+$/.test(type.text) && body !== undefined) {
    const narrow = r.expr(['instance', r.name(subject.text), r.read(type)]);
    r.branch(() => r.narrowed(subject.text, narrow, () => void r.read(body)));
  } else r.branch(() => r.read(body));
  for (const alternative of node.fields('alternative')) r.branch(() => r.read(alternative));
  return undefined;
}

function assignment(r: Reader, node: Syntax): undefined {
  const left = node.field('left');
  const right = node.field('right');
  const written = node.field('type');
  const type = written === undefined ? undefined : r.type(written);
  // a = b = f()
  const value = right === undefined ? undefined : right.kind === 'assignment' ? r.read(right.field('right')) : r.read(right);
  if (right?.kind === 'assignment') assignment(r, right);
  if (left === undefined) return undefined;
  if (left.kind === 'identifier') assignName(r, node, left, value, type);
  else if (left.kind === 'attribute' && type !== undefined) attributeAnnotated(r, left, value ?? r.any, type);
  else if (left.kind === 'pattern_list' && right?.kind === 'expression_list')
    left.children.forEach((part, i) => bind(r, part, r.read(right.children[i])));
  else bind(r, left, value ?? r.any);
  return undefined;
}

function assignName(r: Reader, node: Syntax, left: Syntax, value: ExprNumber | undefined, type: TypeNumber | undefined): void {
  const name = left.text;
  if (r.scope.kind === 'class' && r.around !== undefined) {
    addAttribute(r, left, value, type, node);
    if (value !== undefined) r.assign(name, value);
    return;
  }
  if (r.scope === r.top) {
    const record = r.model.bindings[r.declared(name)]!;
    if (record.node === undefined && record.from === undefined && /^\w{1,100}$/.test(name) && name !== '__all__')
      record.node = r.node(node, { name, type: 'variable', visibility: visibilityOf(name) });
    if (record.fn !== undefined || record.holder !== undefined) return;
    if (type !== undefined) record.type = type;
    if (value !== undefined) r.addValue(r.declared(name), value);
    return;
  }
  r.assign(name, value ?? r.any);
  const binding = r.scope.names.get(name);
  if (type !== undefined && binding !== undefined) r.model.bindings[binding]!.type = type;
}

const TRANSPARENT = new Set(
  'block if_statement elif_clause else_clause try_statement except_clause finally_clause with_statement for_statement while_statement decorated_definition expression_statement'.split(
    ' ',
  ),
);

/** Declares the names that statements declare, except those inside functions and classes. */
function hoist(r: Reader, root: Syntax): void {
  for (const node of root.children) {
    if (node.kind === 'function_definition' || node.kind === 'class_definition') r.declared(node.field('name')?.text ?? '');
    else if (node.kind === 'assignment') {
      const left = node.field('left');
      for (const name of left?.kind === 'identifier' ? [left] : left?.kind === 'pattern_list' ? left.children : [])
        if (name.kind === 'identifier' && r.scope.kind !== 'class') r.declared(name.text);
    } else if (node.kind === 'import_statement' || node.kind === 'import_from_statement')
      for (const name of importedNames(node)) r.declared(name);
    else if (TRANSPARENT.has(node.kind)) hoist(r, node);
  }
}

export const pythonLanguage: Language = {
  name: 'python',
  extensions: ['.py', '.pyi'],
  handlers: { ...EXPRESSIONS, ...STATEMENTS, ...DEFINITIONS, ...IMPORTS },
  decisions: new Set(
    'if_statement elif_clause for_statement while_statement except_clause except_group_clause conditional_expression boolean_operator if_clause for_in_clause case_clause'.split(
      ' ',
    ),
  ),
  type: readType,
  hoist,
  undeclared: (r, name) => r.expr(['name', r.imported(r.notes.get('star') === true ? SELF : 'builtins', name)]),
  finish: (r, root) => {
    const all = allOf(root);
    const isPublic = (name: string): boolean => (all === undefined ? !name.startsWith('_') : all.has(name));
    for (const [name, binding] of r.top.names) {
      const { node, from } = r.model.bindings[binding]!;
      // Without `__all__`, the imports of a module are not part of its public names; `*` exports them all the same.
      const hidden: Hiding | undefined = !isPublic(name) ? true : all === undefined && from !== undefined ? 'untold' : undefined;
      r.model.exports.push({ name, binding, ...(hidden === undefined ? {} : { hidden }) });
      if (node !== undefined && from === undefined && isPublic(name)) r.model.nodes[node]!.is_exported = true;
    }
    if (r.notes.get('star') === true) r.model.exports.push({ star: r.module('builtins', 'scope', 1), hidden: true });
    const docstring = docstringOf(root);
    if (docstring !== undefined) r.model.nodes[0]!.docstring = docstring;
    return {};
  },
};

/** The names in `__all__ = […]` and in later additions to it, as far as they are written out. */
function allOf(root: Syntax): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (const statement of root.children) {
    const [node] = statement.children;
    if (node === undefined || !/assignment$/.test(node.kind) || node.field('left')?.text !== '__all__') continue;
    names ??= new Set();
    for (const [, name] of (node.field('right')?.text ?? '').matchAll(/["']([\w.]+)["']/g)) names.add(name!);
  }
  return names;
}

export const python = pluginFor(pythonLanguage);

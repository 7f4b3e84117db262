import type { ExprNumber, FunctionNumber, NodeNumber } from '../../extraction/numbers.ts';
import { docCommentBefore } from '../tree-sitter/doc-comments.ts';
import { anonymousFunction, defineFunction, returned, type Parameter } from '../tree-sitter/functions.ts';
import { pluginFor, type Handler, type Language } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';

const HANDLERS: Readonly<Record<string, Handler>> = {
  function_declaration: (r, node) => (functionDeclaration(r, node), undefined),
  function_definition: (r, node) => anonymousFunction(r, { params: parametersOf(node), body: node.field('body') }),
  variable_declaration: (r, node) => {
    const statement = node.child('assignment_statement');
    if (statement === undefined) r.readAll(node.children);
    else assignAll(r, statement, node);
    return undefined;
  },
  assignment_statement: (r, node) => (assignAll(r, node, node), undefined),
  table_constructor: (r, node) => readTable(r, node, undefined),
  identifier: (r, node) => (r.scope.lookup(node.text) === undefined ? r.expr(['global', node.text]) : r.name(node.text)),
  dot_index_expression: member,
  method_index_expression: member,
  function_call: (r, node) => {
    const [callee] = node.children;
    const args = node.child('arguments')?.children ?? [];
    const required = callee?.text === 'require' ? args[0]?.child('string_content')?.text : undefined;
    // The value that a file returns is its only export.
    if (required !== undefined) {
      r.module(required, 'import', node.line);
      return r.expr(['name', r.imported(required, 'default', 'import', node.line)]);
    }
    const target = r.read(callee);
    const values = args.map((arg) => r.read(arg));
    r.use('call', target, node);
    return r.expr(['call', target, values, []]);
  },
  return_statement: (r, node) => {
    const value = r.read(node.child('expression_list')?.children[0]);
    if (r.scope === r.top) r.model.exports.push({ name: 'default', expr: value });
    else returned(r, value);
    return undefined;
  },
  comment: () => undefined,
};

function member(r: Reader, node: Syntax): ExprNumber {
  return r.expr(['.', r.read(node.children[0]), node.children[1]?.text ?? '']);
}

/** @param span the assignment, including `local` if the name is declared there */
function assignAll(r: Reader, statement: Syntax, span: Syntax): void {
  const values = statement.child('expression_list')?.children ?? [];
  for (const [i, target] of (statement.child('variable_list')?.children ?? []).entries()) assign(r, target, values[i], span);
}

/** `M.f = function() … end` has the same meaning as `function M.f() … end`. */
function assign(r: Reader, target: Syntax, value: Syntax | undefined, span: Syntax): void {
  const [holder, last] =
    target.kind === 'dot_index_expression' ? target.children : [undefined, target.kind === 'identifier' ? target : undefined];
  const isSymbol = last !== undefined && (holder !== undefined || r.scope === r.top);
  if (value?.kind === 'function_definition' && isSymbol) {
    defineLuaFunction(r, { name: last.text, holder, hasSelf: false, span, code: value });
    return;
  }
  const read = value === undefined ? r.any : value.kind === 'table_constructor' ? readTable(r, value, target.text) : r.read(value);
  if (target.kind === 'identifier') r.assign(target.text, read);
  else r.read(target);
}

/** Reads a table. Its functions become methods of the name that the table is assigned to, if any. */
function readTable(r: Reader, table: Syntax, within: string | undefined): ExprNumber {
  const shape = r.model.shape({ kind: 'object', members: [] });
  for (const field of table.children) {
    const [key, value] = field.children;
    if (field.kind !== 'field' || key?.kind !== 'identifier' || value === undefined) r.read(field);
    else if (value.kind === 'function_definition' && (within !== undefined || r.scope === r.top)) {
      r.member(shape, {
        name: key.text,
        ...declareFunction(r, { name: key.text, holder: undefined, within, hasSelf: false, span: field, code: value }),
      });
    } else {
      const inner = within === undefined ? undefined : `${within}.${key.text}`;
      r.member(shape, { name: key.text, init: value.kind === 'table_constructor' ? readTable(r, value, inner) : r.read(value) });
    }
  }
  return r.expr(['object', shape]);
}

interface LuaFunction {
  readonly name: string;
  /** The table that the function belongs to. */
  readonly holder: Syntax | undefined;
  /** Whether it is `function M:f()`, in which `self` is M. */
  readonly hasSelf: boolean;
  readonly span: Syntax;
  /** The node that contains the parameters and the body. */
  readonly code: Syntax;
}

function functionDeclaration(r: Reader, node: Syntax): void {
  const written = node.field('name');
  const [holder, last] = written?.kind === 'identifier' ? [undefined, written] : (written?.children ?? []);
  const hasSelf = written?.kind === 'method_index_expression';
  defineLuaFunction(r, { name: last?.text ?? '', holder, hasSelf, span: node, code: node });
}

function defineLuaFunction(r: Reader, syntax: LuaFunction): void {
  const { name, holder } = syntax;
  const of = declareFunction(r, { ...syntax, within: holder?.text });
  if (holder === undefined) Object.assign(r.model.bindings[r.declared(name)]!, of);
  else addMember(r, holder, { name, ...of });
}

function declareFunction(
  r: Reader,
  { name, holder, within, hasSelf, span, code }: LuaFunction & { within: string | undefined },
): { fn: FunctionNumber; node?: NodeNumber } {
  const table = holder === undefined ? undefined : r.read(holder);
  const self = hasSelf && table !== undefined ? [{ name: 'self', value: table }] : [];
  const docstring = docCommentBefore(span)?.replaceAll(/^-+ ?/gm, '');
  const { node, fn } = defineFunction(
    r,
    { name, span, head: span, body: code.field('body'), params: [...self, ...parametersOf(code)] },
    {
      type: within === undefined ? 'function' : 'method',
      ...(within === undefined ? {} : { within }),
      ...(docstring === undefined ? {} : { docstring }),
    },
  );
  return { fn, ...(node === undefined ? {} : { node }) };
}

/** Adds a member to the table that a name was declared with. */
function addMember(r: Reader, holder: Syntax, record: { name: string; fn: FunctionNumber; node?: NodeNumber }): void {
  const found = r.scope.lookup(holder.text);
  const init = found === undefined ? undefined : r.model.bindings[found.binding]!.init;
  const expr = init === undefined ? undefined : r.model.exprs[init];
  if (expr?.[0] === 'object') r.member(expr[1], record);
}

function parametersOf(node: Syntax): Parameter[] {
  return (node.field('parameters')?.children ?? []).filter(({ kind }) => kind === 'identifier').map(({ text }) => ({ name: text }));
}

const luaLanguage: Language = {
  name: 'lua',
  extensions: ['.lua'],
  handlers: HANDLERS,
  decisions: new Set('if_statement elseif_statement for_statement while_statement repeat_statement'.split(' ')),
  type: (r) => r.anyType,
  hoist: () => undefined,
  undeclared: (r) => r.any,
  finish: () => ({}),
};

export const lua = pluginFor(luaLanguage);

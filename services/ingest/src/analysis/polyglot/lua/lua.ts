import { docCommentBefore } from '../doc-comments.ts';
import { anonymousFunction, defineFunction, returned, type Parameter } from '../functions.ts';
import { pluginFor, type Handler, type Language } from '../language.ts';
import type { Reader } from '../reader.ts';
import type { Syntax } from '../syntax.ts';

const HANDLERS: Readonly<Record<string, Handler>> = {
  function_declaration: (r, node) => (defineLuaFunction(r, node), undefined),
  function_definition: (r, node) => anonymousFunction(r, { params: parametersOf(node), body: node.field('body') }),
  assignment_statement: (r, node) => {
    const values = node.child('expression_list')?.children ?? [];
    for (const [i, target] of (node.child('variable_list')?.children ?? []).entries()) {
      const value = values[i] === undefined ? r.any : r.read(values[i]);
      if (target.kind === 'identifier') r.assign(target.text, value);
      else r.read(target);
    }
    return undefined;
  },
  table_constructor: (r, node) => {
    r.readAll(node.children);
    return r.expr(['object', r.model.shape({ kind: 'object', members: [] })]);
  },
  identifier: (r, node) => (r.scope.lookup(node.text) === undefined ? r.expr(['global', node.text]) : r.name(node.text)),
  dot_index_expression: member,
  method_index_expression: member,
  function_call: (r, node) => {
    const [callee] = node.children;
    const args = node.child('arguments')?.children ?? [];
    const required = callee?.text === 'require' ? args[0]?.child('string_content')?.text : undefined;
    // What a file gives back is its one export.
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

function member(r: Reader, node: Syntax): number {
  return r.expr(['.', r.read(node.children[0]), node.children[1]?.text ?? '']);
}

/** `function f()`, `function M.f()`, `function M:f()`, the last with a `self` that is M. */
function defineLuaFunction(r: Reader, node: Syntax): void {
  const written = node.field('name');
  const [holder, last] = written?.kind === 'identifier' ? [undefined, written] : (written?.children ?? []);
  const name = last?.text ?? '';
  const table = holder === undefined ? undefined : r.read(holder);
  const self = written?.kind === 'method_index_expression' && table !== undefined ? [{ name: 'self', value: table }] : [];
  const docstring = docCommentBefore(node)?.replaceAll(/^-+ ?/gm, '');
  const { node: symbol, fn } = defineFunction(
    r,
    { name, span: node, head: node, body: node.field('body'), params: [...self, ...parametersOf(node)] },
    {
      type: table === undefined ? 'function' : 'method',
      ...(holder === undefined ? {} : { within: holder.text }),
      ...(docstring === undefined ? {} : { docstring }),
    },
  );
  const of = { fn, ...(symbol === undefined ? {} : { node: symbol }) };
  if (table === undefined) Object.assign(r.model.bindings[r.declared(name)]!, of);
  else addMember(r, holder!, { name, ...of });
}

/** Adds to the table that a name was given where it was declared. */
function addMember(r: Reader, holder: Syntax, record: { name: string; fn: number; node?: number }): void {
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

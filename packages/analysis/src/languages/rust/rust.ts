import type { ExprNumber } from '../../extraction/numbers.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { pluginFor, type Handler, type Language } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { attributesOf, attributeUses, before, innerDocumentation } from './attributes.ts';
import { defineRustType } from './definitions.ts';
import { EXPRESSIONS } from './expressions.ts';
import { defineMacro, defineRustFunction } from './functions.ts';
import { defineImpl } from './impls.ts';
import { declareModule, defineModule, given, readUse } from './modules.ts';
import { moduleOf, MODULE, plain } from './names.ts';
import { prepare } from './prepare.ts';
import { readType, typeParameters } from './types.ts';

const nothing: Handler = () => undefined;

const DECLARATIONS: Readonly<Record<string, Handler>> = {
  function_item: (r, node) => {
    const { name, node: symbol, fn } = defineRustFunction(r, node);
    const record = r.model.bindings[r.declared(name)]!;
    if (record.fn === undefined && record.node === undefined) Object.assign(record, { fn }, symbol === undefined ? {} : { node: symbol });
    return undefined;
  },
  const_item: (r, node) => (variable(r, node), undefined),
  static_item: (r, node) => (variable(r, node), undefined),
  macro_definition: (r, node) => (defineMacro(r, node), undefined),
  mod_item: (r, node) => (defineModule(r, node, (body) => readItems(r, body)), undefined),
  foreign_mod_item: (r, node) => {
    for (const item of node.field('body')?.children ?? [])
      if (item.kind === 'function_signature_item') DECLARATIONS['function_item']!(r, item);
    return undefined;
  },
  // These are read before everything else: other code may name them, and methods belong to them.
  impl_item: nothing,
  struct_item: nothing,
  union_item: nothing,
  enum_item: nothing,
  trait_item: nothing,
  type_item: nothing,
  use_declaration: nothing,
  extern_crate_declaration: nothing,
  block: (r, node) => {
    let value = r.any;
    r.within('block', () => {
      value = readItems(r, node);
    });
    return value;
  },
};

const TYPES = new Set(['struct_item', 'union_item', 'enum_item', 'trait_item']);
const NAMED = new Set([...TYPES, 'type_item', 'function_item', 'const_item', 'static_item']);

/** Hoists items, which may be used before their declaration: first names, then types, then everything else. */
function hoist(r: Reader, children: readonly Syntax[]): void {
  const items = children.filter(({ kind }) => kind.endsWith('_item') || kind.endsWith('_declaration') || kind === 'macro_definition');
  if (items.length === 0) return;
  for (const item of items) {
    if (item.kind === 'mod_item') declareModule(r, item);
    else if (item.kind === 'extern_crate_declaration') externCrate(r, item);
    else if (item.kind === 'macro_definition') r.declared(`${item.field('name')?.text ?? ''}!`);
  }
  for (const item of items) if (NAMED.has(item.kind)) r.declared(plain(item.field('name')?.text ?? '_'));
  for (const item of items) if (item.kind === 'use_declaration') readUse(r, item);
  for (const [name, binding] of [...r.scope.names]) {
    const short = name.endsWith(MODULE) ? name.slice(0, -MODULE.length) : name;
    if (!r.scope.names.has(short)) r.scope.set(short, binding);
  }
  for (const item of items) {
    if (TYPES.has(item.kind)) defineRustType(r, item);
    else if (item.kind === 'type_item') defineAlias(r, item);
  }
  for (const item of items) if (item.kind === 'impl_item') defineImpl(r, item);
}

/** @returns the value of the last expression */
function readItems(r: Reader, body: Syntax): ExprNumber {
  const { children } = body;
  hoist(r, children);
  let value = r.any;
  for (const child of children) {
    if (child.kind.endsWith('comment')) continue;
    const read = r.read(child);
    value = child.kind.endsWith('_item') ? r.any : read;
  }
  return value;
}

function externCrate(r: Reader, node: Syntax): void {
  const name = plain(node.field('name')?.text ?? '');
  const alias = plain(node.field('alias')?.text ?? name);
  if (name === 'self' || alias === '_') return;
  r.model.bindings[r.declared(alias + MODULE)]!.from = { module: r.module(`extern ${name}`, 'import', node.line), name: '*' };
}

/** Declares a `const` or `static` outside of any type. */
function variable(r: Reader, node: Syntax): void {
  const name = plain(node.field('name')?.text ?? '_');
  const written = node.field('type');
  const around = before(node);
  const isLocal = r.scope !== moduleOf(r).scope;
  const symbol = isLocal || name === '_' ? undefined : r.node(node, { name, type: 'variable', ...attributesOf(node, around.docstring) });
  const record = r.model.bindings[r.declared(name)]!;
  if (symbol !== undefined && record.node === undefined) record.node = symbol;
  r.inside(symbol, false, () => {
    if (written !== undefined) record.type = readType(r, written);
  });
  r.defer(() => r.inside(symbol, false, () => void r.read(node.field('value'))));
}

function defineAlias(r: Reader, node: Syntax): void {
  const name = plain(node.field('name')?.text ?? '');
  const around = before(node);
  const signature = oneLine(r.source, node.start, node.end).replace(/;$/, '');
  const symbol = r.node(node, { name, type: 'type', signature, ...attributesOf(node, around.docstring) });
  const record = r.model.bindings[r.declared(name)]!;
  if (record.node === undefined) record.node = symbol;
  attributeUses(r, around, symbol);
  r.within('block', () =>
    r.inside(symbol, false, () => {
      const params = typeParameters(r, node);
      record.alias = { type: readType(r, node.field('type')!), params };
      // The functions of an alias are those of the type it stands for.
      const written = r.model.types[record.alias.type]!;
      if (written[0] === 'ref')
        record.init = (written[2] === '' ? [] : written[2].split('.')).reduce(
          (object, each) => r.expr(['.', object, each]),
          r.expr(['name', written[1]]),
        );
    }),
  );
}

const rustLanguage: Language = {
  name: 'rust',
  extensions: ['.rs'],
  prepare,
  handlers: { ...EXPRESSIONS, ...DECLARATIONS },
  decisions: new Set(['if_expression', 'while_expression', 'for_expression', 'loop_expression']),
  type: readType,
  hoist: (r, root) => {
    if (root.kind !== 'source_file') return;
    moduleOf(r);
    hoist(r, root.children);
  },
  undeclared: (r) => r.any,
  finish: (r, root) => {
    const told = given(r, r.top);
    for (const [name, binding] of r.top.names) {
      const { node, from } = r.model.bindings[binding]!;
      if (from !== undefined && !name.endsWith(MODULE) && from.name === '*' && r.top.names.has(name + MODULE)) {
        r.model.exports.push({ name, binding, hidden: 'untold' });
        continue;
      }
      const isTold = told.has(name) || (node !== undefined && r.model.nodes[node]!.is_exported === true && !name.includes('.'));
      r.model.exports.push({ name, binding, ...(isTold ? {} : { hidden: 'untold' as const }) });
    }
    const { docstring } = innerDocumentation(root.children);
    if (docstring !== undefined) r.model.nodes[0]!.docstring = docstring;
    return {};
  },
};

export const rust = pluginFor(rustLanguage);

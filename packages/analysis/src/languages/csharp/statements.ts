import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { returned } from '../tree-sitter/functions.ts';
import type { Handler } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { defineCallable } from './definitions.ts';

const block: Handler = (r, node) => (r.within('block', () => r.readAll(node.children)), undefined);

export const STATEMENTS: Readonly<Record<string, Handler>> = {
  block,
  for_statement: block,
  switch_section: block,
  using_statement: block,
  local_function_statement: (r, node) => (defineCallable(r, node), undefined),
  variable_declaration: (r, node) => {
    const written = node.field('type');
    const type = written === undefined || written.kind === 'implicit_type' ? undefined : r.type(written);
    for (const declarator of node.children) {
      if (declarator.kind !== 'variable_declarator') continue;
      const value = declarator.children[1];
      local(r, declarator.field('name')?.text ?? '', type, value === undefined ? undefined : r.read(value));
    }
    return undefined;
  },
  foreach_statement: (r, node) => {
    const written = node.field('type');
    const element = r.expr(['each', r.read(node.field('right'))]);
    r.within('block', () => {
      const left = node.field('left');
      if (left?.kind === 'identifier')
        local(r, left.text, written === undefined || written.kind === 'implicit_type' ? undefined : r.type(written), element);
      r.read(node.field('body'));
    });
    return undefined;
  },
  catch_clause: (r, node) => {
    r.within('block', () => {
      const declaration = node.child('catch_declaration');
      const name = declaration?.field('name');
      if (name !== undefined) local(r, name.text, r.type(declaration?.field('type')), undefined);
      r.readAll(node.children.filter(({ kind }) => kind !== 'catch_declaration'));
    });
    return undefined;
  },
  declaration_pattern: (r, node) => {
    const name = node.field('name');
    const type = r.type(node.field('type'));
    if (name !== undefined) local(r, name.text, type, undefined);
    return undefined;
  },
  declaration_expression: (r, node) => {
    const name = node.field('name');
    const written = node.field('type');
    if (name !== undefined)
      local(r, name.text, written === undefined || written.kind === 'implicit_type' ? undefined : r.type(written), undefined);
    return undefined;
  },
  return_statement: (r, node) => {
    if (node.children[0] !== undefined) returned(r, r.read(node.children[0]));
    return undefined;
  },
};

function local(r: Reader, name: string, type: TypeNumber | undefined, init: ExprNumber | undefined): void {
  const record = r.model.bindings[r.declare(name)]!;
  if (type !== undefined) record.type = type;
  else if (init !== undefined) record.init = init;
}

export function isStatement(node: Syntax): boolean {
  return node.kind === 'block';
}

import type { ExprNumber } from '../../extraction/numbers.ts';
import { docCommentBefore } from '../tree-sitter/doc-comments.ts';
import type { Handler } from '../tree-sitter/language.ts';
import { returned } from '../tree-sitter/functions.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { visibilityOf } from './functions.ts';

const inBlock: Handler = (r, node) => (r.within('block', () => r.readAll(node.children)), undefined);

export const STATEMENTS: Readonly<Record<string, Handler>> = {
  block: inBlock,
  if_statement: inBlock,
  for_statement: inBlock,
  expression_switch_statement: inBlock,
  expression_case: inBlock,
  default_case: inBlock,
  communication_case: inBlock,
  short_var_declaration: (r, node) => {
    declare(r, node.field('left')?.children ?? [], node.field('right')?.children ?? []);
    return undefined;
  },
  receive_statement: (r, node) => {
    declare(r, node.field('left')?.children ?? [], [node.field('right')!]);
    return undefined;
  },
  var_spec: variables,
  const_spec: variables,
  range_clause: (r, node) => {
    const iterated = r.read(node.field('right'));
    const [key, value] = node.field('left')?.children ?? [];
    const keys = r.expr(['else', r.expr(['.', iterated, '__key']), r.expr(['.', iterated, '__received'])]);
    if (key !== undefined) name(r, key, keys);
    if (value !== undefined) name(r, value, r.expr(['each', iterated]));
    return undefined;
  },
  type_switch_statement: (r, node) => {
    r.within('block', () => {
      r.read(node.field('initializer'));
      const value = r.read(node.field('value'));
      const alias = node.field('alias')?.children[0];
      for (const part of node.children) {
        if (part.kind !== 'type_case' && part.kind !== 'default_case') continue;
        if (part.kind === 'type_case') r.decision();
        const types = part.fields('type');
        r.within('block', () => {
          const known = types.map((type) => r.type(type));
          if (alias !== undefined) name(r, alias, known.length === 1 ? r.expr(['as', known[0]!]) : value);
          const written = new Set(types.map(({ start }) => start));
          r.readAll(part.children.filter(({ start }) => !written.has(start)));
        });
      }
    });
    return undefined;
  },
  return_statement: (r, node) => {
    const values = (node.children[0]?.children ?? []).map((value) => r.read(value));
    if (values.length === 1) returned(r, values[0]!);
    return undefined;
  },
  labeled_statement: (r, node) => (r.readAll(node.children.slice(1)), undefined),
};

function name(r: Reader, node: Syntax, value: ExprNumber): void {
  if (node.kind === 'identifier' && node.text !== '_') r.model.bindings[r.declare(node.text)]!.init = value;
}

/**
 * Several names on the left of one value destructure the result of a call. For other values, the second name only tells whether there
 * was a value.
 */
function declare(r: Reader, left: readonly Syntax[], right: readonly Syntax[]): void {
  const [only] = right;
  const values = right.map((value) => r.read(value));
  left.forEach((each, i) => {
    const value = values[i];
    if (left.length > 1 && right.length === 1 && only?.kind === 'call_expression') name(r, each, r.expr(['at', values[0]!, i]));
    else name(r, each, value ?? r.any);
  });
}

function variables(r: Reader, node: Syntax): undefined {
  const names = node.fields('name');
  const written = node.field('type');
  const type = written === undefined ? undefined : r.type(written);
  const values = node.field('value')?.children ?? [];
  const isTop = r.scope === r.top;
  const symbols = names.map((each) => {
    if (!isTop || each.text === '_') return undefined;
    const docstring = docCommentBefore(node);
    return r.node(node, {
      name: each.text,
      type: 'variable',
      ...visibilityOf(each.text),
      ...(docstring === undefined ? {} : { docstring }),
    });
  });
  // The package runs the initialisers of package variables. Their uses count as uses by the variable.
  const read = (): ExprNumber[] => values.map((value) => r.read(value));
  let given: ExprNumber[] = [];
  r.inside(symbols[0], false, () => (given = read()));
  names.forEach((each, i) => {
    if (each.text === '_') return;
    const binding = r.model.bindings[isTop ? r.declared(each.text) : r.declare(each.text)]!;
    if (symbols[i] !== undefined && binding.node === undefined) binding.node = symbols[i];
    if (type !== undefined) binding.type = type;
    else if (values.length === 1 && names.length > 1) binding.init = r.expr(['at', given[0]!, i]);
    else if (given[i] !== undefined) binding.init = given[i];
  });
  return undefined;
}

import { namedArguments, noteWorn } from '../../extraction/http-calls.ts';
import type { ExprNumber, FunctionNumber, NodeNumber } from '../../extraction/numbers.ts';
import { CORE, specifierOf } from '../../extraction/specifiers/php.ts';
import { SELF } from '../../extraction/specifiers/self.ts';
import { anonymousFunction, defineFunction, returned, type Attributes, type Parameter } from '../tree-sitter/functions.ts';
import { member, pluginFor, type Handler, type Language } from '../tree-sitter/language.ts';
import { defineField, defineMethod, defineType, typeValue } from '../tree-sitter/objects.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { docOf, documentFunction, documentedType } from './doc-types.ts';
import { EXPRESSIONS, assign } from './expressions.ts';
import { readLaravelRoutes } from './laravel-routes.ts';
import { nameOf, readType, TYPE_KINDS } from './names.ts';

const type: Handler = (r, node) => {
  const body = node.field('body');
  const bases = node.child('base_clause')?.children ?? [];
  const kind = node.kind === 'interface_declaration' ? 'interface' : node.kind === 'enum_declaration' ? 'enum' : 'class';
  const others = [...(kind === 'interface' ? bases : []), ...(node.child('class_interface_clause')?.children ?? [])];
  const traits = (body?.children ?? []).filter((each) => each.kind === 'use_declaration').flatMap((use) => use.children.filter(isName));
  const symbol = defineType(
    r,
    {
      name: node.field('name')?.text ?? '',
      span: node,
      body,
      kind,
      parent: kind === 'interface' ? undefined : bases[0],
      mixins: [...traits, ...others],
      attributes: attributesOf(node),
    },
    () => r.readAll((body?.children ?? []).filter((each) => each.kind !== 'use_declaration')),
  );
  attributeUses(r, node, symbol);
  return undefined;
};

const DECLARATIONS: Readonly<Record<string, Handler>> = {
  namespace_definition: (r, node) => {
    r.notes.set('namespace', node.field('name')?.text.replaceAll(/\s/g, '') ?? '');
    r.read(node.field('body'));
    return undefined;
  },
  namespace_use_declaration: (r, node) => (readUse(r, node), undefined),
  class_declaration: type,
  interface_declaration: type,
  trait_declaration: type,
  enum_declaration: type,
  method_declaration: member((r, node) => {
    const attributes: Partial<Attributes> = { ...attributesOf(node), ...(node.field('body') === undefined ? { is_abstract: true } : {}) };
    for (const param of node.field('parameters')?.children ?? []) {
      if (param.kind !== 'property_promotion_parameter') continue;
      const written = param.field('type');
      defineField(r, nameOfVariable(param), param, written === undefined ? undefined : r.type(written), undefined, attributesOf(param));
    }
    const fn = r.model.functions.length as FunctionNumber;
    attributeUses(r, node, defineMethod(r, functionSyntax(node), attributes));
    documentFunction(r, node, fn);
    return undefined;
  }),
  function_definition: (r, node) => {
    const name = node.field('name')?.text ?? '';
    const { node: symbol, fn } = defineFunction(r, functionSyntax(node), { ...attributesOf(node), type: 'function' });
    documentFunction(r, node, fn);
    const record = r.model.bindings[r.declared(name)]!;
    if (record.fn === undefined) Object.assign(record, { fn }, symbol === undefined ? {} : { node: symbol });
    return undefined;
  },
  property_declaration: member((r, node) => {
    const known = documentedType(r, node, node.field('type'));
    for (const element of node.children) {
      if (element.kind !== 'property_element') continue;
      const value = element.children[1];
      const init = value === undefined ? undefined : r.read(value);
      defineField(r, nameOfVariable(element), node, known, init, attributesOf(node));
    }
    return undefined;
  }),
  enum_case: member((r, node) => {
    const { shape } = r.around!;
    const name = node.field('name')?.text ?? '';
    const symbol = r.node(node, { name, type: 'property', is_static: true });
    r.member(shape, { name, node: symbol, isStatic: true, init: r.expr(['this', shape]) });
    return undefined;
  }),
  anonymous_function: (r, node) => closure(r, node),
  arrow_function: (r, node) => closure(r, node),
  if_statement: (r, node) => {
    r.read(node.field('condition'));
    for (const part of node.children.slice(1)) r.branch(() => r.read(part));
    return undefined;
  },
  foreach_statement: (r, node) => {
    const [iterated, target] = node.children;
    const element = r.expr(['each', r.read(iterated)]);
    const variable = target?.kind === 'pair' ? target.children.at(-1) : target;
    if (variable !== undefined) assign(r, variable, element);
    r.branch(() => r.read(node.field('body')));
    return undefined;
  },
  catch_clause: (r, node) => {
    const written = node.field('type');
    const variable = node.field('name');
    if (variable !== undefined && written !== undefined)
      assign(r, variable, r.expr(['as', r.typeExpr(['union', ...written.children.map((each) => r.type(each))])]));
    r.read(node.field('body'));
    return undefined;
  },
  return_statement: (r, node) => {
    if (node.children[0] !== undefined) returned(r, r.read(node.children[0]));
    return undefined;
  },
};

function isName({ kind }: Syntax): boolean {
  return kind === 'name' || kind === 'qualified_name';
}

function nameOfVariable(node: Syntax): string {
  return (node.field('name') ?? node.children[0])?.text.replace(/^\$/, '') ?? '';
}

function functionSyntax(node: Syntax): Parameters<typeof defineMethod>[1] {
  const returns = node.children.find((child) => TYPE_KINDS.has(child.kind));
  const body = node.field('body');
  return {
    name: node.field('name')?.text ?? '',
    span: node,
    head: node,
    body,
    params: parametersOf(node),
    ...(returns === undefined ? {} : { returns }),
  };
}

function parametersOf(node: Syntax): Parameter[] {
  return (node.field('parameters')?.children ?? []).map((param) => ({
    name: nameOfVariable(param),
    type: param.field('type'),
    default: param.field('default_value'),
    ...(param.kind === 'variadic_parameter' ? { rest: true as const } : {}),
  }));
}

/** Reads a closure. It sees variables around it (an arrow function all, others those in `use (…)`) and `$this`. */
function closure(r: Reader, node: Syntax): ExprNumber {
  const returns = node.children.find((child) => TYPE_KINDS.has(child.kind));
  const isArrow = node.kind === 'arrow_function';
  return anonymousFunction(r, {
    params: parametersOf(node),
    body: node.field('body'),
    ...(returns === undefined ? {} : { returns }),
    ...(r.thisExpr === undefined ? {} : { thisExpr: r.thisExpr }),
    read: (body) => (isArrow ? returned(r, r.read(body)) : void r.read(body)),
  });
}

function attributesOf(node: Syntax): Partial<Attributes> {
  const words = new Set(node.children.filter(({ kind }) => kind.endsWith('_modifier')).map(({ text }) => text));
  const docstring = docOf(node);
  return {
    visibility: words.has('private') ? 'private' : words.has('protected') ? 'protected' : 'public',
    ...(words.has('static') ? { is_static: true } : {}),
    ...(words.has('abstract') ? { is_abstract: true } : {}),
    ...(docstring === undefined ? {} : { docstring }),
  };
}

function attributeUses(r: Reader, node: Syntax, symbol: NodeNumber | undefined): void {
  for (const group of node.child('attribute_list')?.children ?? []) {
    for (const attribute of group.children) {
      const name = attribute.children[0];
      if (name === undefined || symbol === undefined) continue;
      const value = typeValue(r, nameOf(r, name.text));
      r.inside(symbol, false, () => r.use('decorate', value, attribute));
      const args = attribute.child('arguments')?.children ?? [];
      const isNamed = (arg: Syntax): boolean => arg.children.length === 2;
      const named = args.filter(isNamed).map((arg): [string, ExprNumber] => [arg.children[0]!.text, r.read(arg.children[1])]);
      const values = args.filter((arg) => !isNamed(arg)).map((arg) => r.read(arg.children[0]));
      noteWorn(r.model, r.expr(['make', value, values, [], namedArguments(named)]), symbol);
    }
  }
}

/** `use A\B`, `use A\B as C`, `use A\{B, C as D}`, `use function A\f` */
function readUse(r: Reader, node: Syntax): void {
  const prefix = node.child('namespace_name')?.text;
  const clauses = node.field('body')?.children ?? node.children.filter(({ kind }) => kind === 'namespace_use_clause');
  for (const clause of clauses) {
    const written = clause.children[0]?.text.replaceAll(/\s|^\\/g, '') ?? '';
    const segments = (prefix === undefined ? written : `${prefix}\\${written}`).split('\\').filter((segment) => segment !== '');
    const name = segments.at(-1) ?? '';
    const alias = clause.field('alias')?.text ?? name;
    r.model.bindings[r.declare(alias)]!.from = { module: r.module(specifierOf(segments), 'import', node.line), name };
    r.notes.set(`use ${alias}`, segments.join('\\'));
  }
}

const phpLanguage: Language = {
  name: 'php',
  extensions: ['.php'],
  handlers: { ...EXPRESSIONS, ...DECLARATIONS },
  decisions: new Set(
    'if_statement else_if_clause for_statement foreach_statement while_statement do_statement case_statement catch_clause conditional_expression match_conditional_expression'.split(
      ' ',
    ),
  ),
  type: readType,
  hoist: (r, root) => {
    for (const node of root.children) {
      if (/^(?:class|interface|trait|enum)_declaration$|^function_definition$/.test(node.kind)) r.declared(node.field('name')?.text ?? '');
      else if (node.kind === 'namespace_definition' && node.field('body') !== undefined) r.language.hoist(r, node.field('body')!);
    }
  },
  undeclared: (r, name) => r.expr(['name', r.imported(SELF, name)]),
  finish: (r, root) => {
    readLaravelRoutes(r, root);
    const packageName = (r.notes.get('namespace') as string | undefined) ?? '';
    for (const [name, binding] of r.top.names) {
      const { node, from } = r.model.bindings[binding]!;
      if (node === undefined || from !== undefined) continue;
      r.model.exports.push({ name, binding });
      r.model.nodes[node]!.is_exported = true;
    }
    // A function that its namespace lacks is a global one. A name that no file declares belongs to PHP.
    for (const name of new Set([packageName, '', CORE])) r.model.exports.push({ star: r.module(name, 'scope', 1), hidden: true });
    return { packageName };
  },
};

export const php = pluginFor(phpLanguage);

import { FILE_NODE, type ExprNumber, type TypeNumber } from '../../extraction/numbers.ts';
import { SELF } from '../../extraction/specifiers/self.ts';
import { member, pluginFor, type Handler, type Language } from '../tree-sitter/language.ts';
import { defineField } from '../tree-sitter/objects.ts';
import { isTextual } from '../../extraction/surface.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { attributesOf, defineCallable, defineJavaType } from './definitions.ts';
import { anonymousClass, EXPRESSIONS } from './expressions.ts';
import { readType } from './types.ts';

const block: Handler = (r, node) => (r.within('block', () => r.readAll(node.children)), undefined);
const type: Handler = (r, node) => (defineJavaType(r, node), undefined);
const callable = member((r, node) => (defineCallable(r, node), undefined));

const DECLARATIONS: Readonly<Record<string, Handler>> = {
  package_declaration: () => undefined,
  import_declaration: (r, node) => (readImport(r, node), undefined),
  class_declaration: type,
  interface_declaration: type,
  enum_declaration: type,
  record_declaration: type,
  annotation_type_declaration: type,
  method_declaration: callable,
  constructor_declaration: callable,
  compact_constructor_declaration: callable,
  annotation_type_element_declaration: callable,
  field_declaration: member(field),
  constant_declaration: member(field),
  enum_constant: member((r, node) => {
    const shape = r.around!.shape;
    const name = node.field('name')?.text ?? '';
    const constant = r.model.node({
      name,
      type: 'property',
      parent: r.around!.node ?? FILE_NODE,
      start: node.line,
      end: node.endLine,
      complexity: 0,
      is_static: true,
    });
    r.member(shape, { name, node: constant, isStatic: true, init: r.expr(['this', shape]) });
    r.read(node.field('arguments'));
    const body = node.field('body');
    if (body !== undefined) anonymousClass(r, r.model.shapes[shape]!.name ?? '', r.expr(['class', shape]), body);
    return undefined;
  }),
  block,
  switch_block_statement_group: block,
  catch_clause: block,
  for_statement: block,
  try_with_resources_statement: block,
  local_variable_declaration: (r, node) => {
    const written = node.field('type');
    const isInferred = written === undefined || written.text === 'var';
    const known = isInferred ? undefined : r.type(written);
    for (const declarator of node.fields('declarator')) {
      const value = declarator.field('value');
      const init = value === undefined ? undefined : r.read(value);
      declareLocal(r, declarator.field('name')?.text ?? '', known, init);
    }
    return undefined;
  },
  enhanced_for_statement: (r, node) => {
    const written = node.field('type');
    const iterated = r.expr(['each', r.read(node.field('value'))]);
    r.within('block', () => {
      declareLocal(
        r,
        node.field('name')?.text ?? '',
        written === undefined || written.text === 'var' ? undefined : r.type(written),
        iterated,
      );
      r.read(node.field('body'));
    });
    return undefined;
  },
  resource: (r, node) => {
    const written = node.field('type');
    const value = r.read(node.field('value') ?? node.children[0]);
    if (node.field('name') !== undefined)
      declareLocal(r, node.field('name')!.text, written === undefined || written.text === 'var' ? undefined : r.type(written), value);
    return undefined;
  },
  catch_formal_parameter: (r, node) => {
    const types = node.child('catch_type')?.children.map((each) => r.type(each)) ?? [];
    declareLocal(r, node.field('name')?.text ?? '', r.typeExpr(['union', ...types]), undefined);
    return undefined;
  },
};

function declareLocal(r: Reader, name: string, known: TypeNumber | undefined, init: ExprNumber | undefined): void {
  const record = r.model.bindings[r.declare(name)]!;
  if (known !== undefined) record.type = known;
  else if (init !== undefined) record.init = init;
}

function field(r: Reader, node: Syntax): undefined {
  const known = r.type(node.field('type'));
  for (const declarator of node.fields('declarator')) {
    const name = declarator.field('name')?.text ?? '';
    const symbol = defineField(r, name, node, known, undefined, attributesOf(node));
    r.inside(symbol, true, () => {
      const value = r.read(declarator.field('value'));
      if (!isTextual(r.model.exprs[value]!)) return;
      for (const member of r.model.shapes[r.around!.shape]!.members) if (member.node === symbol) member.init = value;
    });
  }
  return undefined;
}

/**
 * Reads `import a.b.C`, `import a.b.*`, `import static a.b.C.m`. A segment with a capital is a type; the segments before it are its
 * package.
 */
function readImport(r: Reader, node: Syntax): void {
  const path = node.children.find(({ kind }) => kind === 'scoped_identifier' || kind === 'identifier')?.text.replaceAll(/\s/g, '') ?? '';
  const segments = path.split('.');
  const first = segments.findIndex((segment) => /^\p{Lu}/u.test(segment));
  const isWildcard = node.child('asterisk') !== undefined;
  const module = r.module(
    (first === -1 && !isWildcard ? segments.slice(0, -1) : first === -1 ? segments : segments.slice(0, first)).join('.'),
    'import',
    node.line,
  );
  if (first === -1) {
    if (isWildcard) r.model.exports.push({ star: module, hidden: true });
    return;
  }
  const outer = segments[first]!;
  const isType = segments.length === first + 1 && !isWildcard;
  const binding = isType ? r.declare(outer) : r.model.binding(outer);
  r.model.bindings[binding]!.from = { module, name: outer };
  if (isType) return;
  const rest = isWildcard ? segments.slice(first + 1) : segments.slice(first + 1, -1);
  const holder = rest.reduce((object, name) => r.expr(['.', object, name]), r.expr(['name', binding]));
  const last = segments.at(-1)!;
  if (!isWildcard) r.model.bindings[r.declare(last)]!.init = r.expr(['.', holder, last]);
  // A nested type is a member as well.
  if (!isWildcard && /^\p{Lu}/u.test(last))
    r.model.bindings[r.declared(last)]!.alias = { type: r.typeExpr(['ref', binding, segments.slice(first + 1).join('.'), []]), params: [] };
}

const javaLanguage: Language = {
  name: 'java',
  extensions: ['.java'],
  handlers: { ...EXPRESSIONS, ...DECLARATIONS },
  decisions: new Set(
    'if_statement for_statement enhanced_for_statement while_statement do_statement catch_clause ternary_expression switch_block_statement_group switch_rule'.split(
      ' ',
    ),
  ),
  type: readType,
  hoist: (r, root) => {
    for (const node of root.children)
      if (/^(?:class|interface|enum|record|annotation_type)_declaration$/.test(node.kind)) r.declared(node.field('name')?.text ?? '');
  },
  // A name that the file does not declare is searched in its package, in imported packages, and last in Java itself.
  undeclared: (r, name) => r.expr(['name', r.imported(SELF, name)]),
  finish: (r, root) => {
    const packageName = root.child('package_declaration')?.children.at(-1)?.text ?? '';
    for (const [name, binding] of r.top.names) {
      const { node, holder } = r.model.bindings[binding]!;
      if (holder === undefined || node === undefined) continue;
      r.model.exports.push({ name, binding, ...(r.model.nodes[node]!.visibility === 'public' ? {} : { hidden: 'untold' as const }) });
      if (r.model.nodes[node]!.visibility === 'public') r.model.nodes[node]!.is_exported = true;
    }
    for (const name of [packageName, 'java.lang']) r.model.exports.push({ star: r.module(name, 'scope', 1), hidden: true });
    return { packageName };
  },
};

export const java = pluginFor(javaLanguage);

import { ADDED_MIXINS } from '../../extraction/extraction.ts';
import type { ExprNumber } from '../../extraction/numbers.ts';
import { FOR_ALL, IN_NAMESPACE } from '../../extraction/specifiers/csharp.ts';
import { SELF } from '../../extraction/specifiers/self.ts';
import { member, pluginFor, type Handler, type Language } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { addedName, defineCallable, defineCSharpType, defineProperty, fields } from './definitions.ts';
import { oneWayToCompile } from './directives.ts';
import { EXPRESSIONS } from './expressions.ts';
import { STATEMENTS } from './statements.ts';
import { knownAs, readType } from './types.ts';

const type: Handler = (r, node) => (defineCSharpType(r, node), undefined);
const callable = member((r, node) => (defineCallable(r, node), undefined));
const TYPE = /^(?:class|interface|struct|enum|record|record_struct)_declaration$/;

const DECLARATIONS: Readonly<Record<string, Handler>> = {
  using_directive: (r, node) => (readUsing(r, node), undefined),
  // A namespace covers what stands in its braces, or what follows in the file.
  file_scoped_namespace_declaration: (r, node) => {
    r.notes.set('namespace', node.field('name')?.text ?? '');
    return undefined;
  },
  namespace_declaration: (r, node) => {
    const outer = namespaceOf(r);
    const name = node.field('name')?.text ?? '';
    r.notes.set('namespace', outer === '' ? name : `${outer}.${name}`);
    r.read(node.field('body'));
    r.notes.set('namespace', outer);
    return undefined;
  },
  class_declaration: type,
  interface_declaration: type,
  struct_declaration: type,
  enum_declaration: type,
  record_declaration: type,
  record_struct_declaration: type,
  method_declaration: callable,
  constructor_declaration: callable,
  operator_declaration: callable,
  conversion_operator_declaration: callable,
  property_declaration: member((r, node) => (defineProperty(r, node), undefined)),
  field_declaration: member((r, node) => (fields(r, node), undefined)),
  event_field_declaration: member((r, node) => (fields(r, node), undefined)),
};

function namespaceOf(r: Reader): string {
  return (r.notes.get('namespace') as string | undefined) ?? '';
}

/** `using A.B`, `global using A.B`, `using X = A.B.C`, `using static A.B.C` */
function readUsing(r: Reader, node: Syntax): void {
  const alias = node.field('name');
  const path = node.children.at(-1)!.text.replaceAll(/\s/g, '');
  const dot = path.lastIndexOf('.');
  const isStatic = node.tokens.includes('static');
  if (alias === undefined && !isStatic) {
    r.model.exports.push({ star: r.module(path, 'import', node.line), hidden: true });
    if (node.tokens.includes('global')) r.model.exports.push({ name: `${FOR_ALL}${IN_NAMESPACE}${path}`, expr: r.any, hidden: 'untold' });
    return;
  }
  const name = path.slice(dot + 1);
  const binding = isStatic ? r.model.binding(name) : r.declare(alias!.text);
  r.model.bindings[binding]!.from = { module: r.module(path.slice(0, Math.max(dot, 0)), 'import', node.line), name };
  if (isStatic) r.notes.set('statics', [...((r.notes.get('statics') as ExprNumber[] | undefined) ?? []), r.expr(['name', binding])]);
}

/** Declares the types of a file or of a namespace, and functions inside a function, which may be called before they are declared. */
function hoist(r: Reader, root: Syntax): void {
  for (const node of root.children) {
    if (TYPE.test(node.kind)) r.declared(knownAs(node.field('name')?.text ?? '', node.child('type_parameter_list')));
    else if (node.kind === 'local_function_statement') r.declared(node.field('name')?.text ?? '');
    else if (node.kind === 'namespace_declaration' && node.field('body') !== undefined) hoist(r, node.field('body')!);
  }
}

const csharpLanguage: Language = {
  name: 'csharp',
  extensions: ['.cs'],
  mend: oneWayToCompile,
  handlers: { ...EXPRESSIONS, ...STATEMENTS, ...DECLARATIONS },
  decisions: new Set(
    'if_statement for_statement foreach_statement while_statement do_statement catch_clause conditional_expression switch_section switch_expression_arm'.split(
      ' ',
    ),
  ),
  type: readType,
  hoist,
  undeclared: (r, name) => r.expr(['name', r.imported(SELF, name)]),
  finish: (r) => {
    const searched = new Set<string>();
    for (const [name, binding] of r.top.names) {
      const { node, from } = r.model.bindings[binding]!;
      if (from !== undefined || (node === undefined && !name.endsWith(`.${ADDED_MIXINS}`))) continue;
      const namespace = (r.notes.get(`namespace of ${name.split('.')[0]!}`) as string | undefined) ?? '';
      for (let each = namespace; each !== ''; each = each.includes('.') ? each.slice(0, each.lastIndexOf('.')) : '') searched.add(each);
      const record = name.includes('.') ? undefined : r.model.nodes[node!]!;
      const isTold = record?.visibility === 'public';
      r.model.exports.push({ name: `${namespace}${IN_NAMESPACE}${name}`, binding, ...(isTold ? {} : { hidden: 'untold' as const }) });
      if (isTold) record.is_exported = true;
    }
    // The surrounding namespaces come before the imported ones. A name that no file declares belongs to .NET.
    const own = [...searched, ''].map((namespace) => ({ star: r.module(namespace, 'scope', 1), hidden: true as const }));
    r.model.exports.unshift(...own);
    for (const module of [FOR_ALL, 'System']) r.model.exports.push({ star: r.module(module, 'scope', 1), hidden: true });
    const globals = [...r.top.names].filter(([name]) => name.startsWith(addedName('')));
    return globals.length > 0 ? { globals } : {};
  },
};

export const csharp = pluginFor(csharpLanguage);

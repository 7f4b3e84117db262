import type { Shape } from '../../extraction/extraction.ts';
import type { ModuleNumber } from '../../extraction/numbers.ts';
import { NAMED, OWN, nameOf } from '../../extraction/specifiers/go.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { SELF } from '../../extraction/specifiers/self.ts';
import { docCommentBefore } from '../tree-sitter/doc-comments.ts';
import { member, pluginFor, type Handler, type Language } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { EXPRESSIONS } from './expressions.ts';
import { functionDeclaration, typeParameters, visibilityOf } from './functions.ts';
import { STATEMENTS } from './statements.ts';
import { readType, signature } from './types.ts';

const DECLARATIONS: Readonly<Record<string, Handler>> = {
  function_declaration: (r, node) => (functionDeclaration(r, node), undefined),
  method_declaration: (r, node) => (functionDeclaration(r, node), undefined),
  import_spec: (r, node) => {
    const specifier = node.field('path')?.text.replaceAll(/["`]/g, '') ?? '';
    const module = r.module(specifier, 'import', node.line);
    const alias = node.field('name');
    if (alias?.kind === 'dot') readStar(r, module);
    else if (alias?.kind !== 'blank_identifier')
      r.model.bindings[r.declare(alias?.text ?? nameOf(specifier))]!.from = { module, name: '*' };
    // A package may have another name than its folder.
    if (alias === undefined && specifier.includes('/')) readStar(r, r.module(NAMED + specifier, 'scope', node.line));
    return undefined;
  },
  // At the top level, types are read before everything else, because methods belong to them.
  type_declaration: (r, node) => {
    if (r.scope !== r.top || r.notes.get('types') !== true) for (const spec of node.children) defineType(r, spec, node);
    return undefined;
  },
  struct_type: member((r, node) => {
    for (const field of node.child('field_declaration_list')?.children ?? []) if (field.kind === 'field_declaration') defineField(r, field);
    return undefined;
  }),
  interface_type: member((r, node) => {
    const { shape, node: parent } = r.around!;
    for (const element of node.children) {
      if (element.kind === 'method_elem' || element.kind === 'method_spec') {
        const name = element.field('name')?.text ?? '';
        const attributes = { name, type: 'method', is_abstract: true, signature: oneLine(r.source, element.start, element.end) } as const;
        const symbol = parent === undefined ? undefined : r.node(element, { ...attributes, ...visibilityOf(name), parent });
        const fn = signature(r, element);
        if (symbol !== undefined) r.model.functions[fn]!.node = symbol;
        r.member(shape, { name, fn, ...(symbol === undefined ? {} : { node: symbol }) });
      } else if (element.kind === 'type_elem' && element.children.length === 1)
        (r.model.shapes[shape]!.mixins ??= []).push(r.expr(['as', r.type(element.children[0])]));
    }
    return undefined;
  }),
  comment: () => undefined,
};

/** Lets names that the file does not declare be searched in a module. */
function readStar(r: Reader, module: ModuleNumber): void {
  r.notes.set('stars', true);
  r.model.exports.push({ star: module, hidden: true });
}

function defineType(r: Reader, spec: Syntax, declaration: Syntax): void {
  const name = spec.field('name');
  const type = spec.field('type');
  if (name === undefined || type === undefined) return;
  const isAlias = spec.kind === 'type_alias';
  const kind = isAlias ? 'type' : type.kind === 'struct_type' ? 'class' : type.kind === 'interface_type' ? 'interface' : 'type';
  const docstring = docCommentBefore(spec) ?? docCommentBefore(declaration);
  const number = r.declared(name.text);
  const binding = r.model.bindings[number]!;
  // A type inside a function is a node too, under the function.
  const symbol = r.node(declaration.children.length === 1 ? declaration : spec, {
    name: name.text,
    type: kind,
    ...visibilityOf(name.text),
    signature: oneLine(r.source, spec.start, type.kind === 'struct_type' || type.kind === 'interface_type' ? type.start : spec.end),
    ...(docstring === undefined ? {} : { docstring }),
  });
  if (binding.node === undefined) binding.node = symbol;
  const { around } = r;
  r.within('block', () =>
    r.inside(symbol, false, () => {
      const params = typeParameters(r, spec.child('type_parameter_list'));
      if (isAlias) {
        binding.alias = { type: r.type(type), params };
        return;
      }
      const shape: Shape = { kind: kind === 'interface' ? 'interface' : 'class', node: symbol, name: name.text, members: [] };
      if (params.length > 0) shape.typeParams = params;
      const at = r.model.shape(shape);
      if (r.scope.outer === r.top) shape.extended = r.module(r.notes.get('own') as string, 'scope', 1);
      binding.holder = at;
      binding.shapes = [at];
      r.around = { shape: at, node: symbol };
      if (type.kind === 'struct_type' || type.kind === 'interface_type') DECLARATIONS[type.kind]!(r, type);
      else if (type.kind === 'function_type') shape.calls = [signature(r, type)];
      else if (/^(?:slice|array|map|channel)_type$/.test(type.kind)) shape.index = r.type(type.field('element') ?? type.field('value'));
      else if (type.kind !== 'type_identifier') r.type(type);
    }),
  );
  r.around = around;
}

function defineField(r: Reader, field: Syntax): void {
  const { shape, node: parent } = r.around!;
  const type = field.field('type');
  const names = field.fields('name');
  const outer = r.around;
  const written = r.type(type);
  r.around = outer;
  // An embedded type passes on its members, and is itself a member under its own name.
  const embedded = names.length === 0 ? embeddedName(type?.text ?? '') : undefined;
  if (embedded !== undefined) {
    (r.model.shapes[shape]!.mixins ??= []).push(r.expr(['as', written]));
    r.member(shape, { name: embedded, type: written });
  }
  for (const { text } of names) {
    const symbol =
      parent === undefined || text === '_' ? undefined : r.node(field, { name: text, type: 'property', parent, ...visibilityOf(text) });
    r.member(shape, { name: text, type: written, ...(symbol === undefined ? {} : { node: symbol }) });
  }
}

function hoist(r: Reader, root: Syntax): void {
  if (root.kind !== 'source_file') return;
  const packageName = root.child('package_clause')?.children[0]?.text ?? '';
  r.notes.set('own', `${OWN}${packageName}`);
  for (const node of root.children) {
    if (node.kind === 'import_declaration') r.read(node);
    else if (node.kind === 'type_declaration') for (const spec of node.children) r.declared(spec.field('name')?.text ?? '');
    else if (node.kind === 'function_declaration') r.declared(node.field('name')?.text ?? '');
    else if (node.kind === 'const_declaration' || node.kind === 'var_declaration')
      for (const spec of specsOf(node)) for (const name of spec.fields('name')) if (name.text !== '_') r.declared(name.text);
  }
  for (const node of root.children) if (node.kind === 'type_declaration') r.read(node);
  r.notes.set('types', true);
}

export function specsOf(node: Syntax): Syntax[] {
  return node.children
    .flatMap((child) => (child.kind === 'var_spec_list' ? child.children : [child]))
    .filter(({ kind }) => kind.endsWith('_spec'));
}

const goLanguage: Language = {
  name: 'go',
  extensions: ['.go'],
  handlers: {
    ...EXPRESSIONS,
    ...STATEMENTS,
    ...DECLARATIONS,
    import_declaration: (r, node) => (r.notes.get('types') === true ? undefined : (r.readAll(node.children), undefined)),
  },
  decisions: new Set(['if_statement', 'for_statement', 'expression_case', 'type_case', 'communication_case']),
  type: readType,
  hoist,
  undeclared: (r, name) => {
    if (BUILTIN.has(name)) return r.expr(['name', r.imported('builtin', name)]);
    return r.expr(['name', r.imported(r.notes.get('stars') === true ? SELF : (r.notes.get('own') as string), name)]);
  },
  finish: (r, root) => {
    for (const [name, binding] of r.top.names)
      if (r.model.bindings[binding]!.from === undefined)
        r.model.exports.push({ name, binding, ...(/^\p{Lu}/u.test(name) && !name.includes('.') ? {} : { hidden: 'untold' as const }) });
    if (r.notes.get('stars') === true) r.model.exports.push({ star: r.module(r.notes.get('own') as string, 'scope', 1), hidden: true });
    // Methods are exported beside their type, so that other files of the package find them.
    const clause = root.child('package_clause');
    const docstring = clause === undefined ? undefined : docCommentBefore(clause);
    if (docstring !== undefined) r.model.nodes[0]!.docstring = docstring;
    return { packageName: clause?.children[0]?.text ?? '' };
  },
};

/** `*pkg.Type[K]` → `Type` */
function embeddedName(type: string): string | undefined {
  const name = type.endsWith(']') ? type.slice(0, type.indexOf('[')) : type;
  return name.split(/[^\p{L}\p{N}_]/u).at(-1) || undefined;
}

const BUILTIN = new Set(
  'any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr true false iota nil append cap clear close complex copy delete imag len make max min new panic print println real recover'.split(
    ' ',
  ),
);

export const go = pluginFor(goLanguage);

import { ADDED_MIXINS, STATIC_EXTENSION } from '../../extraction/extraction.ts';
import { noteWorn } from '../../extraction/http-calls.ts';
import type { FunctionNumber, NodeNumber, ShapeNumber } from '../../extraction/numbers.ts';
import { docCommentBefore } from '../tree-sitter/doc-comments.ts';
import { defineFunction, type Attributes, type Parameter } from '../tree-sitter/functions.ts';
import { defineField, defineMethod, defineType, memberCalled, typeValue } from '../tree-sitter/objects.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { knownAs } from './types.ts';

const KINDS: Readonly<Record<string, 'class' | 'interface' | 'enum'>> = { interface_declaration: 'interface', enum_declaration: 'enum' };

export function defineCSharpType(r: Reader, node: Syntax): void {
  const name = node.field('name')?.text ?? '';
  const body = node.field('body');
  const namespace = (r.notes.get('namespace') as string | undefined) ?? '';
  const isTop = r.around === undefined;
  const isPartial = isTop && modifiersOf(node).has('partial');
  const kind = KINDS[node.kind] ?? 'class';
  const bases = node.child('base_list')?.children.filter((each) => each.kind !== 'argument_list') ?? [];
  const params = node.child('type_parameter_list');
  const typeParams = (params?.children ?? []).map((param) => ({ name: param.field('name')?.text ?? param.text, bound: undefined }));
  const known = knownAs(name, params);
  if (isTop) r.notes.set(`namespace of ${known}`, namespace);
  const syntax = {
    name,
    knownAs: known,
    span: node,
    body,
    kind,
    mixins: bases.map((base) => (base.kind === 'primary_constructor_base_type' ? base.children[0]! : base)),
    typeParams,
  };
  const symbol = defineType(
    r,
    {
      ...syntax,
      attributes: attributesOf(node, isTop ? 'internal' : 'private'),
      ...(isPartial ? { extended: r.module(namespace, 'scope', node.line) } : {}),
    },
    () => {
      // A record's parameters are properties.
      for (const param of parametersOf(node.child('parameter_list')))
        if (node.kind.startsWith('record'))
          defineField(r, param.name, node, param.type === undefined ? undefined : r.type(param.type), undefined, { visibility: 'public' });
      for (const member of body?.children ?? []) {
        if (member.kind === 'enum_member_declaration') {
          const symbolOf = r.node(member, { name: member.field('name')?.text ?? '', type: 'property', is_static: true });
          r.member(r.around!.shape, { name: member.field('name')?.text ?? '', node: symbolOf, isStatic: true });
        } else r.read(member);
      }
      if (isPartial) giveOut(r, known, r.around!.shape);
    },
  );
  attributeUses(r, node, symbol);
}

/** Adds the members and base types of a partial class to its namespace, so that its other parts find them. */
function giveOut(r: Reader, name: string, shape: ShapeNumber): void {
  for (const { name: own, node, fn, isStatic } of r.model.shapes[shape]!.members) {
    if (node === undefined || (isStatic === true && r.model.nodes[node]!.is_static !== true)) continue;
    const key = `${name}.${isStatic === true ? STATIC_EXTENSION : ''}${own}`;
    if (r.top.names.has(key)) continue;
    const binding = r.model.binding(key);
    Object.assign(r.model.bindings[binding]!, { node }, fn === undefined ? {} : { fn });
    r.top.names.set(key, binding);
  }
  const { mixins = [] } = r.model.shapes[shape]!;
  if (mixins.length === 0) return;
  const bases = r.model.binding(`${name}.${ADDED_MIXINS}`);
  r.model.bindings[bases]!.init = r.expr(['or', ...mixins]);
  r.top.names.set(`${name}.${ADDED_MIXINS}`, bases);
}

/** A method, a constructor, or a function inside one. */
export function defineCallable(r: Reader, node: Syntax): void {
  const name = node.field('name')?.text ?? '';
  const isConstructor = node.kind === 'constructor_declaration';
  const returns = node.field('returns') ?? (node.kind === 'local_function_statement' ? node.field('type') : undefined);
  const body = node.field('body') ?? node.child('arrow_expression_clause');
  r.within('block', () => {
    const typeParams = (node.child('type_parameter_list')?.children ?? []).map((param) => {
      const at = r.declare(param.field('name')?.text ?? param.text);
      r.model.bindings[at]!.param = {};
      return at;
    });
    const isAsync = modifiersOf(node).has('async');
    const syntax = {
      name,
      span: node,
      head: node,
      body,
      params: parametersOf(node.field('parameters')),
      typeParams,
      isAsync,
      ...(returns === undefined ? {} : { returns }),
    };
    if (node.kind === 'local_function_statement') {
      const { node: symbol, fn } = defineFunction(r, { ...syntax, thisExpr: r.thisExpr }, { type: 'function', visibility: 'private' });
      const hoisted = r.scope.outer!.lookup(name)?.binding;
      const binding = hoisted === undefined || r.hasValue(hoisted) ? r.model.binding(name) : hoisted;
      Object.assign(r.model.bindings[binding]!, { fn }, symbol === undefined ? {} : { node: symbol });
      r.scope.outer!.set(name, binding);
      return;
    }
    const inInterface = r.model.shapes[r.around!.shape]!.kind === 'interface';
    const attributes = attributesOf(node, inInterface ? 'public' : 'private');
    if (inInterface && body === undefined) attributes.is_abstract = true;
    const initializer = node.child('constructor_initializer');
    const symbol = defineMethod(
      r,
      {
        ...syntax,
        read: (inner) => {
          if (initializer !== undefined) {
            r.readAll(initializer.children);
            const isBase = initializer.tokens.includes('base');
            const object = isBase ? r.expr(['super', r.around!.shape]) : (r.thisExpr ?? r.any);
            const args = initializer.child('argument_list')?.children.filter(({ kind }) => kind === 'argument') ?? [];
            r.use('call', memberCalled(r, object, 'constructor', args.length), initializer);
          }
          r.read(inner);
        },
      },
      attributes,
      isConstructor ? 'constructor' : node.child('explicit_interface_specifier') !== undefined ? 'implementation' : 'method',
    );
    if (isExtension(node)) addToItsParameter(r, name, symbol);
    attributeUses(r, node, symbol);
  });
}

function isExtension(node: Syntax): boolean {
  const first = node.field('parameters')?.children.find(({ kind }) => kind === 'parameter');
  return first !== undefined && modifiersOf(first).has('this');
}

/** Declares an extension method for all files. Each file that sees its class may call it as a method of the first parameter. */
function addToItsParameter(r: Reader, name: string, node: NodeNumber | undefined): void {
  const around = r.model.shapes[r.around!.shape]!;
  const fn = r.model.functions.findLastIndex((record) => record.node === node) as FunctionNumber;
  if (node === undefined || around.name === undefined) return;
  const key = addedName(name);
  const binding = r.top.names.get(key) ?? r.model.binding(key);
  r.top.names.set(key, binding);
  const record = r.model.bindings[binding]!;
  record.holder ??= r.model.shape({ kind: 'object', members: [] });
  r.model.shapes[record.holder]!.members.push({ name: around.name, fn, node });
}

/** The global name under which extension methods of this name are listed. */
export function addedName(name: string): string {
  return `this ${name}`;
}

export function defineProperty(r: Reader, node: Syntax): void {
  const inInterface = r.model.shapes[r.around!.shape]!.kind === 'interface';
  const symbol = defineField(
    r,
    node.field('name')?.text ?? '',
    node,
    r.type(node.field('type')),
    undefined,
    attributesOf(node, inInterface ? 'public' : 'private'),
  );
  readLater(r, symbol, [node.child('accessor_list'), node.field('value')]);
  attributeUses(r, node, symbol);
}

export function fields(r: Reader, node: Syntax): void {
  const declaration = node.child('variable_declaration');
  const type = r.type(declaration?.field('type'));
  for (const declarator of declaration?.children ?? []) {
    if (declarator.kind !== 'variable_declarator') continue;
    const symbol = defineField(r, declarator.field('name')?.text ?? '', node, type, undefined, attributesOf(node, 'private'));
    readLater(r, symbol, declarator.children.slice(1));
  }
}

function readLater(r: Reader, symbol: NodeNumber, nodes: readonly (Syntax | undefined)[]): void {
  r.defer(() => r.within('function', () => r.inside(symbol, true, () => nodes.forEach((each) => r.read(each)))));
}

export function parametersOf(list: Syntax | undefined): Parameter[] {
  const params = (list?.children ?? []).filter(({ kind }) => kind === 'parameter' || kind === 'implicit_parameter');
  const found: Parameter[] = params.map((param) => ({
    name: param.field('name')?.text ?? param.text,
    type: param.field('type'),
    ...(param.tokens.includes('=') ? { optional: true } : {}),
  }));
  // `params T[] rest` has no node of its own.
  const rest = list?.field('name');
  if (rest !== undefined) found.push({ name: rest.text, type: list?.field('type')?.field('type'), rest: true });
  return found;
}

function modifiersOf(node: Syntax): Set<string> {
  return new Set(node.children.filter(({ kind }) => kind === 'modifier').map(({ text }) => text));
}

function attributesOf(node: Syntax, byDefault: 'internal' | 'private' | 'public'): Partial<Attributes> {
  const words = modifiersOf(node);
  const docstring = docCommentBefore(node, (text) => text.startsWith('///') || text.startsWith('/**'))
    ?.replaceAll(/<\/?summary>/g, '')
    .trim();
  const visibility = (['public', 'protected', 'private', 'internal'] as const).find((word) => words.has(word)) ?? byDefault;
  return {
    visibility,
    ...(words.has('static') ? { is_static: true } : {}),
    ...(words.has('abstract') ? { is_abstract: true } : {}),
    ...(docstring === undefined || docstring === '' ? {} : { docstring }),
  };
}

function attributeUses(r: Reader, node: Syntax, symbol: NodeNumber | undefined): void {
  for (const list of node.children) {
    if (list.kind !== 'attribute_list') continue;
    for (const attribute of list.children) {
      const name = attribute.field('name')?.text;
      if (name === undefined) continue;
      // [Route] may be the class Route or RouteAttribute.
      const value = r.expr(['or', typeValue(r, name), typeValue(r, `${name}Attribute`)]);
      r.inside(symbol, false, () => r.use('decorate', value, attribute));
      const args = attribute.child('attribute_argument_list')?.children.filter(({ children }) => children.length === 1) ?? [];
      const worn = r.expr(['make', typeValue(r, name), args.map((arg) => r.read(arg.children[0])), []]);
      if (symbol !== undefined) noteWorn(r.model, worn, symbol);
    }
  }
}

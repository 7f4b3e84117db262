import { namedArguments, noteWorn } from '../../extraction/http-calls.ts';
import type { NodeNumber } from '../../extraction/numbers.ts';
import { docCommentBefore } from '../tree-sitter/doc-comments.ts';
import type { Attributes, Parameter } from '../tree-sitter/functions.ts';
import { defineField, defineMethod, defineType } from '../tree-sitter/objects.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { typeAsValue } from './types.ts';

const KINDS: Readonly<Record<string, 'class' | 'interface' | 'enum'>> = {
  interface_declaration: 'interface',
  annotation_type_declaration: 'interface',
  enum_declaration: 'enum',
};

export function defineJavaType(r: Reader, node: Syntax): void {
  const body = node.field('body') ?? node.child('annotation_type_body');
  const parent = node.field('superclass')?.children[0];
  const mixins = [node.field('interfaces'), node.child('extends_interfaces')].flatMap((list) => list?.children[0]?.children ?? []);
  const kind = KINDS[node.kind] ?? 'class';
  const symbol = defineType(
    r,
    {
      name: node.field('name')?.text ?? '',
      span: node,
      body,
      kind,
      parent,
      mixins,
      typeParams: typeParametersOf(node.field('type_parameters')),
      attributes: attributesOf(node),
    },
    () => {
      // A record's components are fields, and also methods of the same name.
      for (const param of parametersOf(node.kind === 'record_declaration' ? node.field('parameters') : undefined))
        defineField(r, param.name, node.field('parameters')!, param.type === undefined ? undefined : r.type(param.type), undefined, {
          visibility: 'private',
        });
      for (const member of body?.children ?? []) {
        if (member.kind === 'enum_body_declarations') r.readAll(member.children);
        else if (member.kind === 'block' || member.kind === 'static_initializer')
          r.defer(() => r.within('block', () => r.readAll(member.children)));
        else r.read(member);
      }
    },
  );
  annotate(r, node, symbol);
}

/** A method or a constructor. */
export function defineCallable(r: Reader, node: Syntax): void {
  const name = node.field('name')?.text ?? '';
  const isConstructor = node.kind.includes('constructor');
  const attributes = attributesOf(node);
  const inInterface = r.model.shapes[r.around!.shape]!.kind === 'interface';
  const body = node.field('body');
  if (inInterface && attributes.visibility === 'internal') attributes.visibility = 'public';
  if (inInterface && body === undefined) attributes.is_abstract = true;
  r.within('block', () => {
    const typeParams = typeParametersOf(node.field('type_parameters')).map((param) => {
      const at = r.declare(param.name);
      r.model.bindings[at]!.param = param.bound === undefined ? {} : { constraint: r.type(param.bound) };
      return at;
    });
    const returns = isConstructor ? undefined : node.field('type');
    const syntax = {
      name,
      span: node,
      head: headOf(node),
      body,
      params: parametersOf(node.field('parameters')),
      typeParams,
      ...(returns === undefined ? {} : { returns }),
    };
    annotate(r, node, defineMethod(r, syntax, attributes, isConstructor ? 'constructor' : 'method'));
  });
}

/** The signature begins after the annotations. */
function headOf(node: Syntax): Syntax {
  return node.children.find(({ kind }) => kind !== 'modifiers') ?? node;
}

export function parametersOf(list: Syntax | undefined): Parameter[] {
  return (list?.children ?? []).flatMap((param): Parameter[] => {
    if (param.kind === 'identifier') return [{ name: param.text }];
    if (param.kind === 'formal_parameter') return [{ name: param.field('name')?.text ?? '', type: param.field('type') }];
    if (param.kind !== 'spread_parameter') return [];
    const name = param.child('variable_declarator')?.field('name')?.text ?? '';
    return [{ name, type: param.children.find(({ kind }) => kind !== 'modifiers'), rest: true }];
  });
}

function typeParametersOf(list: Syntax | undefined): { name: string; bound: Syntax | undefined }[] {
  return (list?.children ?? []).map((param) => ({
    name: param.child('type_identifier', 'identifier')?.text ?? '',
    bound: param.child('type_bound')?.children[0],
  }));
}

export function attributesOf(node: Syntax): Partial<Attributes> {
  const modifiers = node.child('modifiers');
  const words = new Set(modifiers?.tokens ?? []);
  const docstring = docCommentBefore(node, (text) => text.startsWith('/**'));
  const visibility = words.has('public') ? 'public' : words.has('protected') ? 'protected' : words.has('private') ? 'private' : 'internal';
  return {
    visibility,
    ...(words.has('static') ? { is_static: true } : {}),
    ...(words.has('abstract') ? { is_abstract: true } : {}),
    ...(docstring === undefined ? {} : { docstring }),
  };
}

/** Records annotations as uses of their types. */
function annotate(r: Reader, node: Syntax, symbol: NodeNumber | undefined): void {
  for (const annotation of node.child('modifiers')?.children ?? []) {
    const name = annotation.field('name');
    if (name === undefined) continue;
    r.inside(symbol, false, () => r.use('decorate', typeAsValue(r, name.text), annotation));
    const args = annotation.field('arguments')?.children ?? [];
    const named = namedArguments(
      args.map((arg) =>
        arg.kind === 'element_value_pair' ? [arg.field('key')?.text ?? '', r.read(arg.field('value'))] : ['value', r.read(arg)],
      ),
    );
    if (symbol !== undefined) noteWorn(r.model, r.expr(['make', typeAsValue(r, name.text), [], [], named]), symbol);
  }
}

import type { Member, Shape } from '../../extraction/extraction.ts';
import type { ExprNumber, ModuleNumber, NodeNumber, TypeNumber } from '../../extraction/numbers.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { defineFunction, type Attributes, type FunctionSyntax } from './functions.ts';
import type { Around, Reader } from './reader.ts';
import type { Syntax } from './syntax.ts';

/** What languages with classes share: types with members. A member written without an object is searched in `this`. */

export interface TypeSyntax {
  readonly name: string;
  /** The name that other code uses for it, if several types have the same name. */
  readonly knownAs?: string;
  readonly span: Syntax;
  readonly body: Syntax | undefined;
  readonly kind: 'class' | 'interface' | 'enum';
  /** The extended class, as a type or as an expression. `mixins` holds all other types that it extends or implements. */
  readonly parent?: Syntax | ExprNumber | undefined;
  readonly mixins?: readonly Syntax[];
  readonly typeParams?: readonly { readonly name: string; readonly bound: Syntax | undefined }[];
  /** The module in which other files may add members. */
  readonly extended?: ModuleNumber;
  readonly attributes: Partial<Attributes>;
}

/** Declares a type with its node, then reads its content. */
export function defineType(r: Reader, syntax: TypeSyntax, readBody: () => void): NodeNumber {
  const { name, span, body, kind, attributes, knownAs = name } = syntax;
  const signature = oneLine(r.source, span.start, body?.start ?? span.end).replace(/\s*[{:]?$/, '');
  const symbol = r.node(span, { name, signature, ...attributes, type: kind });
  const shape: Shape = { kind: kind === 'interface' ? 'interface' : 'class', node: symbol, name: knownAs, members: [] };
  if (syntax.extended !== undefined) shape.extended = syntax.extended;
  const number = r.model.shape(shape);
  const binding = r.declared(knownAs);
  const record = r.model.bindings[binding]!;
  if (record.holder === undefined) Object.assign(record, { holder: number, shapes: [number], node: symbol });
  const outer = r.around;
  if (outer !== undefined) r.member(outer.shape, { name: knownAs, node: symbol, binding, isStatic: true });
  r.within('block', () =>
    r.inside(symbol, false, () => {
      r.around = { shape: number, node: symbol, ...(outer === undefined ? {} : { outer }) };
      const { thisExpr } = r;
      r.thisExpr = r.expr(['this', number]);
      const params = (syntax.typeParams ?? []).map((param) => {
        const at = r.declare(param.name);
        r.model.bindings[at]!.param = param.bound === undefined ? {} : { constraint: r.type(param.bound) };
        return at;
      });
      if (params.length > 0) shape.typeParams = params;
      if (typeof syntax.parent === 'number') shape.parent = { expr: syntax.parent, args: [] };
      else if (syntax.parent !== undefined) {
        const type = r.model.types[r.type(syntax.parent)]!;
        if (type[0] === 'ref') shape.parent = { expr: dotted(r, r.expr(['name', type[1]]), type[2]), args: type[3] };
      }
      shape.mixins = (syntax.mixins ?? []).map((mixin) => r.expr(['as', r.type(mixin)]));
      if (body !== undefined) r.language.hoist(r, body);
      readBody();
      r.thisExpr = thisExpr;
    }),
  );
  if (outer === undefined) delete (r as { around?: Around }).around;
  else r.around = outer;
  return symbol;
}

function dotted(r: Reader, object: ExprNumber, path: string): ExprNumber {
  return path === '' ? object : path.split('.').reduce((value, name) => r.expr(['.', value, name]), object);
}

/** The name of a type in the place of a value, for calls of its static members or for making an instance. */
export function typeValue(r: Reader, path: string): ExprNumber {
  const type = r.model.types[r.typeName(path)]!;
  return type[0] === 'ref' ? dotted(r, r.expr(['name', type[1]]), type[2]) : r.any;
}

/**
 * The role of a method. A constructor is called by making an instance. An `implementation` only implements an interface, and is called
 * through it.
 */
export type MethodRole = 'method' | 'constructor' | 'implementation';

export function defineMethod(
  r: Reader,
  syntax: Omit<FunctionSyntax, 'thisExpr'>,
  attributes: Partial<Attributes>,
  role: MethodRole = 'method',
): NodeNumber | undefined {
  const { shape } = r.around!;
  const isStatic = attributes.is_static === true;
  const thisExpr = r.expr([isStatic ? 'This' : 'this', shape]);
  const { node, fn } = defineFunction(r, { ...syntax, thisExpr }, { ...attributes, type: 'method' });
  const member: Member = { name: role === 'constructor' ? 'constructor' : syntax.name, fn, ...(node === undefined ? {} : { node }) };
  const add = (name: string): void => {
    // Of several methods with the same number of parameters, the first counts. A static method may be called without its class, as if on
    // `this`.
    r.member(shape, { ...member, name });
    r.member(shape, { ...member, name, isStatic: true });
  };
  if (role === 'implementation') r.defer(() => add(member.name));
  else add(member.name);
  if (role === 'implementation') return node;
  const count = syntax.params.length;
  add(arityName(member.name, count));
  const optional = syntax.params.filter((param) => param.optional === true || param.rest === true).length;
  // Methods with exactly this number of parameters come before those that may take more.
  if (optional > 0) r.defer(() => Array.from({ length: optional }, (_, i) => add(arityName(member.name, count - 1 - i))));
  return node;
}

export function defineField(
  r: Reader,
  name: string,
  span: Syntax,
  type: TypeNumber | undefined,
  init: ExprNumber | undefined,
  attributes: Partial<Attributes>,
): NodeNumber {
  const { shape, node: parent } = r.around!;
  const node = r.node(span, { name, ...attributes, type: 'property', ...(parent === undefined ? {} : { parent }) });
  const member: Member = { name, node, ...(type === undefined ? {} : { type }), ...(init === undefined ? {} : { init }) };
  r.member(shape, member);
  r.member(shape, { ...member, isStatic: true });
  return node;
}

/**
 * Reads the member `name` that a call with `args` arguments means. If several members have that name, the number of arguments
 * distinguishes them.
 *
 * @param other the value if no member takes that number of arguments, if there is one
 */
export function memberCalled(r: Reader, object: ExprNumber, name: string, args: number, other?: ExprNumber): ExprNumber {
  const own = r.expr(['.', object, arityName(name, args)]);
  return r.expr(['else', other === undefined ? own : r.expr(['else', own, other]), r.expr(['.', object, name])]);
}

function arityName(name: string, count: number): string {
  return `${name}/${String(count)}`;
}

/** The object that has the member: `this`, or a surrounding one if only that declares a member of that name. */
export function holderOf(r: Reader, name: string): ExprNumber {
  for (let around = r.around; around !== undefined; around = around.outer) {
    const { members } = r.model.shapes[around.shape]!;
    if (members.some((member) => member.name === name)) return around === r.around ? (r.thisExpr ?? r.any) : r.expr(['this', around.shape]);
  }
  return r.thisExpr ?? r.any;
}

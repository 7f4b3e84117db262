import { STATIC_EXTENSION, type Member, type Shape } from '../../extraction/extraction.ts';
import type { ExprNumber } from '../../extraction/numbers.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { docCommentBefore } from '../tree-sitter/doc-comments.ts';
import { defineFunction, returned, type Parameter } from '../tree-sitter/functions.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { noteSuperclass } from './sinatra-routes.ts';

function namespaceOf(r: Reader): string {
  return (r.notes.get('namespace') as string | undefined) ?? '';
}

/** The doc comment of the first statement in a body stands before the body itself. */
function docstringOf(r: Reader, node: Syntax): string | undefined {
  const body = r.notes.get('body') as Syntax | undefined;
  return docCommentBefore(body?.start === node.start ? body : node);
}

/** Resolves a constant. It is searched in the surrounding modules, the innermost first, and then at the top level. */
export function constant(r: Reader, written: string): ExprNumber {
  const text = written.replaceAll(/\s/g, '');
  const isRooted = text.startsWith('::');
  const segments = text.split('::').filter((segment) => segment !== '');
  const name = segments.at(-1)!;
  const around = isRooted
    ? []
    : namespaceOf(r)
        .split('::')
        .filter((segment) => segment !== '');
  const candidates: ExprNumber[] = [];
  for (let depth = around.length; depth >= 0; depth--) {
    const module = [...around.slice(0, depth), ...segments.slice(0, -1)].join('::');
    candidates.push(r.expr(['name', r.imported(module, name)]));
  }
  return candidates.reduceRight((rest, first) => r.expr(['else', first, rest]));
}

export function defineModule(r: Reader, node: Syntax): void {
  const written = node.field('name')?.text.replace(/^::/, '') ?? '';
  const outerNamespace = namespaceOf(r);
  const full = outerNamespace === '' ? written : `${outerNamespace}::${written}`;
  const body = node.field('body');
  const superclass = node.field('superclass')?.children[0];
  const parent = superclass === undefined ? undefined : r.read(superclass);
  const docstring = docstringOf(r, node);
  const last = written.slice(written.lastIndexOf(':') + 1);
  const symbol = r.node(node, {
    name: written,
    type: node.kind === 'class' ? 'class' : 'module',
    signature: oneLine(r.source, node.start, superclass?.end ?? node.field('name')?.end ?? node.end),
    visibility: 'public',
    ...(docstring === undefined ? {} : { docstring }),
  });
  const outside = full.slice(0, Math.max(full.lastIndexOf('::'), 0));
  const shape: Shape = {
    kind: 'class',
    node: symbol,
    name: last,
    members: [],
    mixins: [],
    extended: r.module(outside, 'scope', node.line),
  };
  if (parent !== undefined) shape.parent = { expr: parent, args: [] };
  else if (node.kind === 'class') shape.parent = { expr: r.expr(['name', r.imported(outside, `${last}.${SUPERCLASS}`)]), args: [] };
  const number = r.model.shape(shape);
  noteSuperclass(r, number, full, superclass?.text ?? '');
  if (!r.top.names.has(full)) {
    const binding = r.model.binding(full);
    Object.assign(r.model.bindings[binding]!, { holder: number, shapes: [number], node: symbol });
    r.top.names.set(full, binding);
  }
  const { around, thisExpr } = r;
  const visibility = r.notes.get('visibility');
  const moduleFunctions = r.notes.get('module functions');
  r.notes.set('namespace', full);
  r.notes.set('body', body);
  r.notes.set('visibility', 'public');
  r.notes.set('module functions', false);
  r.around = { shape: number, node: symbol };
  r.thisExpr = r.expr(['This', number]);
  r.within('class', () => r.inside(symbol, false, () => void r.read(body)));
  if (parent !== undefined) tellOthers(r, `${full}.${SUPERCLASS}`, [parent]);
  if (shape.mixins!.length > 0) tellOthers(r, `${full}.${MIXINS}`, shape.mixins!);
  else shape.mixins!.push(r.expr(['name', r.imported(outside, `${last}.${MIXINS}`)]));
  r.thisExpr = thisExpr;
  if (around === undefined) delete (r as { around?: unknown }).around;
  else r.around = around;
  r.notes.set('namespace', outerNamespace);
  r.notes.set('visibility', visibility);
  r.notes.set('module functions', moduleFunctions);
}

/** Names that no method can have. With them, a file tells what a class inherits, for all other files that open the class too. */
const SUPERCLASS = 'its superclass';
const MIXINS = 'its mixins';

function tellOthers(r: Reader, name: string, values: readonly ExprNumber[]): void {
  if (r.top.names.has(name)) return;
  const binding = r.model.binding(name);
  r.model.bindings[binding]!.init = values.length === 1 ? values[0]! : r.expr(['or', ...values]);
  r.top.names.set(name, binding);
}

export function defineMethod(r: Reader, node: Syntax, isStatic: boolean): void {
  const name = node.field('name')?.text ?? '';
  const { around } = r;
  const body = node.field('body');
  const docstring = docstringOf(r, node);
  const visibility = ((r.notes.get('visibility') as string | undefined) ?? 'public').replace('_class_method', '') as
    'public' | 'private' | 'protected';
  const namespace = namespaceOf(r);
  const thisExpr = around === undefined ? undefined : r.expr([isStatic ? 'This' : 'this', around.shape]);
  const { node: symbol, fn } = defineFunction(
    r,
    {
      name,
      span: node,
      head: node,
      body,
      params: parametersOf(node.field('parameters')),
      thisExpr,
      read: (inner) => {
        // A method returns its last value.
        r.notes.set('method', name);
        r.notes.set('namespace', namespace);
        returned(r, r.read(inner));
      },
    },
    {
      type: around === undefined ? 'function' : 'method',
      visibility,
      ...(isStatic ? { is_static: true } : {}),
      ...(docstring === undefined ? {} : { docstring }),
    },
  );
  giveOut(r, { name, fn, ...(symbol === undefined ? {} : { node: symbol }), ...(isStatic ? { isStatic: true } : {}) });
  if (!isStatic && r.notes.get('module functions') === true)
    giveOut(r, { name, fn, ...(symbol === undefined ? {} : { node: symbol }), isStatic: true });
}

/** Adds a member to its class, and exports it for other files that open the same class. */
function giveOut(r: Reader, member: Member): void {
  const { name, fn, node, isStatic, init } = member;
  if (r.around !== undefined) r.member(r.around.shape, member);
  const given = r.around === undefined ? name : `${namespaceOf(r)}.${isStatic === true ? STATIC_EXTENSION : ''}${name}`;
  const known = r.top.names.get(given);
  const binding = known ?? r.model.binding(given);
  if (init !== undefined) r.addValue(binding, init);
  if (known !== undefined) return;
  Object.assign(r.model.bindings[binding]!, fn === undefined ? {} : { fn }, node === undefined ? {} : { node });
  r.top.names.set(given, binding);
}

/** Assigns `@name = value`: to a member of the instance or, in a class method, to a member of the class. */
export function assignMember(r: Reader, name: string, value: ExprNumber): void {
  if (r.around === undefined || r.thisExpr === undefined) return;
  const isStatic = r.model.exprs[r.thisExpr]![0] === 'This';
  const known = r.model.shapes[r.around.shape]!.members.find((each) => each.name === name && (each.isStatic === true) === isStatic);
  if (known === undefined) giveOut(r, { name, init: value, ...(isStatic ? { isStatic: true } : {}) });
  else {
    known.init = known.init === undefined || known.init === value ? value : r.expr(['or', known.init, value]);
    const given = r.top.names.get(`${namespaceOf(r)}.${isStatic ? STATIC_EXTENSION : ''}${name}`);
    if (given !== undefined) r.addValue(given, value);
  }
}

/** `module_function :a`, and `extend self` for all methods of the module: they may also be called on the module. */
function makeModuleFunctions(r: Reader, names: ReadonlySet<string> | undefined): void {
  for (const member of [...r.model.shapes[r.around!.shape]!.members])
    if (member.fn !== undefined && member.isStatic !== true && names?.has(member.name) !== false) giveOut(r, { ...member, isStatic: true });
}

/** `include M`, `attr_reader :a` */
export function openMembers(r: Reader, how: string, args: readonly Syntax[], node: Syntax): void {
  const { shape } = r.around!;
  if (how === 'module_function') {
    makeModuleFunctions(r, new Set(args.map(({ text }) => text.slice(1))));
    return;
  }
  for (const arg of args) {
    if (how === 'extend' && arg.kind === 'self') {
      makeModuleFunctions(r, undefined);
      r.notes.set('module functions', true);
    } else if (arg.kind === 'simple_symbol') {
      const name = arg.text.slice(1);
      const isStatic = r.notes.get('singleton') === true;
      const value = r.expr(['.', r.expr([isStatic ? 'This' : 'this', shape]), `@${name}`]);
      r.member(shape, {
        name,
        // The attribute is a method. A call of it returns the value of the variable.
        node: r.node(node, { name, type: 'method', visibility: 'public' }),
        fn: r.model.function({ params: [], returned: [value], body: true }),
        ...(isStatic ? { isStatic: true as const } : {}),
      });
    } else if (how !== 'extend') r.model.shapes[shape]!.mixins!.push(r.read(arg));
    else r.read(arg);
  }
}

export function parametersOf(list: Syntax | undefined): Parameter[] {
  return (list?.children ?? []).flatMap((param): Parameter[] => {
    if (param.kind === 'identifier') return [{ name: param.text }];
    const name = param.field('name')?.text;
    return name === undefined ? [] : [{ name, default: param.field('value') }];
  });
}

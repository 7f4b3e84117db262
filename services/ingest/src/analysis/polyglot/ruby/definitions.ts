import { STATIC_EXTENSION, type Shape } from '../../extraction.ts';
import { oneLine } from '../../one-line.ts';
import { docCommentBefore } from '../doc-comments.ts';
import { defineFunction, returned, type Parameter } from '../functions.ts';
import type { Reader } from '../reader.ts';
import type { Syntax } from '../syntax.ts';
import { noteSuperclass } from './sinatra-routes.ts';

function namespaceOf(r: Reader): string {
  return (r.notes.get('namespace') as string | undefined) ?? '';
}

/** The comment before the first statement of a body stands before the body. */
function docstringOf(r: Reader, node: Syntax): string | undefined {
  const body = r.notes.get('body') as Syntax | undefined;
  return docCommentBefore(body?.start === node.start ? body : node);
}

/** A constant is looked for in the modules around, the innermost first, and then at the top. */
export function constant(r: Reader, written: string): number {
  const text = written.replaceAll(/\s/g, '');
  const isRooted = text.startsWith('::');
  const segments = text.split('::').filter((segment) => segment !== '');
  const name = segments.at(-1)!;
  const around = isRooted
    ? []
    : namespaceOf(r)
        .split('::')
        .filter((segment) => segment !== '');
  const candidates: number[] = [];
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
  const at = full.lastIndexOf('::');
  const shape: Shape = {
    kind: 'class',
    node: symbol,
    name: last,
    members: [],
    mixins: [],
    extended: r.module(at === -1 ? '' : full.slice(0, at), 'scope', node.line),
  };
  if (parent !== undefined) shape.parent = [parent, []];
  const number = r.model.shape(shape);
  noteSuperclass(r, number, full, superclass?.text ?? '');
  if (!r.top.names.has(full)) {
    const binding = r.model.binding(full);
    Object.assign(r.model.bindings[binding]!, { holder: number, shapes: [number], node: symbol });
    r.top.names.set(full, binding);
  }
  const { around, thisExpr } = r;
  const visibility = r.notes.get('visibility');
  r.notes.set('namespace', full);
  r.notes.set('body', body);
  r.notes.set('visibility', 'public');
  r.around = { shape: number, node: symbol };
  r.thisExpr = r.expr(['This', number]);
  r.within('class', () => r.inside(symbol, false, () => void r.read(body)));
  r.thisExpr = thisExpr;
  if (around === undefined) delete (r as { around?: unknown }).around;
  else r.around = around;
  r.notes.set('namespace', outerNamespace);
  r.notes.set('visibility', visibility);
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
        // What comes last is what a method gives back.
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
  if (around !== undefined)
    r.member(around.shape, { name, fn, ...(symbol === undefined ? {} : { node: symbol }), ...(isStatic ? { isStatic: true } : {}) });
  const given = around === undefined ? name : isStatic ? `${namespace}.${STATIC_EXTENSION}${name}` : `${namespace}.${name}`;
  if (r.top.names.has(given)) return;
  const binding = r.model.binding(given);
  Object.assign(r.model.bindings[binding]!, { fn }, symbol === undefined ? {} : { node: symbol });
  r.top.names.set(given, binding);
}

/** `include M`, `attr_reader :a` */
export function openMembers(r: Reader, how: string, args: readonly Syntax[], node: Syntax): void {
  const { shape } = r.around!;
  for (const arg of args) {
    if (arg.kind === 'simple_symbol') {
      const name = arg.text.slice(1);
      const value = r.expr(['.', r.expr(['this', shape]), `@${name}`]);
      r.member(shape, {
        name,
        node: r.node(node, { name, type: 'property', visibility: 'public' }),
        init: r.expr(['call', value, [], []]),
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

import type { BindingNumber, ExprNumber, ShapeNumber, TypeNumber } from '../../extraction/numbers.ts';
import { SELF } from '../../extraction/specifiers/self.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Scope } from '../tree-sitter/scope.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';

/** Follows the name of a module in its key, because a function may have the same name. */
export const MODULE = '::';

/** A module: the file itself, or one written inside it. */
export interface Module {
  readonly scope: Scope;
  readonly outer?: Module;
  /** The binding that stands for the module when one of its members is looked up by name. */
  readonly binding: BindingNumber;
  readonly shape?: ShapeNumber;
  readonly name: string;
  /** Whether `use …::*` brings names that this file cannot list. */
  hasGlobs: boolean;
  /** Other sources of names: enums, and modules inside others. */
  readonly globs: BindingNumber[];
}

interface Notes {
  readonly modules: Map<Scope, Module>;
  /** By shape number: the meaning of `Self`, as a type and as a value. */
  readonly selves: Map<ShapeNumber, { readonly type: TypeNumber; readonly value: ExprNumber }>;
}

export function notesOf(r: Reader): Notes {
  let notes = r.notes.get('rust') as Notes | undefined;
  if (notes === undefined) r.notes.set('rust', (notes = { modules: new Map(), selves: new Map() }));
  return notes;
}

export function moduleOf(r: Reader): Module {
  const { modules } = notesOf(r);
  for (let scope: Scope | undefined = r.scope; scope !== undefined; scope = scope.outer) {
    const module = modules.get(scope);
    if (module !== undefined) return module;
  }
  const file: Module = { scope: r.top, binding: r.imported(SELF, '*'), name: '', hasGlobs: false, globs: [] };
  modules.set(r.top, file);
  return file;
}

/** The names of a path: `a::b::C`. */
export interface Path {
  readonly names: readonly string[];
  /** Type arguments of the last name. */
  readonly args: readonly Syntax[];
  /** The type in `<…>` at the beginning of the path. */
  readonly type?: Syntax;
}

export function pathOf(node: Syntax): Path {
  const { kind } = node;
  if (kind === 'generic_type' || kind === 'generic_function') {
    const inner = pathOf(node.field(kind === 'generic_type' ? 'type' : 'function')!);
    return { ...inner, args: typeArguments(node) };
  }
  if (kind === 'bracketed_type') {
    const [inner] = node.children;
    const type = inner?.kind === 'qualified_type' ? inner.field('type') : inner;
    return { names: [], args: [], ...(type === undefined ? {} : { type }) };
  }
  const text = node.text;
  if (!/[<(\s]/.test(text))
    return {
      names: text
        .split('::')
        .map(plain)
        .filter((name) => name !== ''),
      args: [],
    };
  const path = node.field('path');
  const name = node.field('name');
  const outer = path === undefined ? { names: [] } : pathOf(path);
  return { ...outer, names: name === undefined ? outer.names : [...outer.names, plain(name.text)], args: [] };
}

export function typeArguments(node: Syntax): Syntax[] {
  return (node.field('type_arguments') ?? node.child('type_arguments'))?.children.filter(({ kind }) => kind !== 'lifetime') ?? [];
}

export function plain(name: string): string {
  return name.startsWith('r#') ? name.slice(2) : name.trim();
}

export function isLower(name: string): boolean {
  return /^[\p{Ll}_]/u.test(name);
}

/** The binding that a path begins with, and the remaining names. Names of modules are marked. */
export interface Beginning {
  readonly binding: BindingNumber;
  readonly rest: readonly string[];
}

const STANDARD = new Set(['std', 'core', 'alloc']);

/** @returns undefined for a path that tells nothing here: `Self::Item` */
export function beginningOf(r: Reader, names: readonly string[], inUse = false): Beginning | undefined {
  const [first = '', ...others] = names;
  const rest = marked(others);
  const module = moduleOf(r);
  if (first === 'crate' || first === '$crate') return { binding: r.imported('crate', '*'), rest };
  if (first === 'self') return { binding: module.binding, rest };
  if (first === 'super') return superBeginning(r, module, names);
  if (first === 'Self') return undefined;
  if (STANDARD.has(first) && others.length > 0) return standard(r, others);
  const isModule = others.length > 0 && isLower(first);
  const found = (isModule ? r.scope.lookup(first + MODULE) : undefined) ?? r.scope.lookup(first);
  if (found !== undefined) {
    const std = others.length > 0 && r.notes.get(`std ${String(found.binding)}`) === true;
    return std ? standard(r, others) : { binding: found.binding, rest };
  }
  if (inUse) return { binding: r.imported(`extern ${first}`, '*'), rest };
  if (others.length > 0 && isLower(first)) {
    if (PRIMITIVES.has(first)) return { binding: r.imported('extern std', first), rest };
    if (!module.hasGlobs) return { binding: r.imported(`known ${first}`, '*', 'import'), rest };
    return { binding: either(r, r.imported(SELF, first + MODULE), r.imported(`known ${first}`, '*')), rest };
  }
  return { binding: undeclared(r, module, first), rest };
}

/** A member of the standard library is known by its own name, whichever module it is in. */
function standard(r: Reader, names: readonly string[]): Beginning {
  const at = names.findIndex((name) => !isLower(name));
  const from = at === -1 ? names.length - 1 : at;
  return { binding: r.imported('extern std', names[from]!), rest: names.slice(from + 1) };
}

function superBeginning(r: Reader, module: Module, names: readonly string[]): Beginning {
  let at: Module | undefined = module;
  let levels = 0;
  let next = 0;
  for (; names[next] === 'super'; next++) {
    if (at?.outer !== undefined) at = at.outer;
    else levels++;
  }
  const rest = marked(names.slice(next));
  return { binding: levels === 0 ? at.binding : r.imported(`super ${String(levels)}`, '*'), rest };
}

function marked(names: readonly string[]): string[] {
  return names.map((name, i) => (i < names.length - 1 && isLower(name) ? name + MODULE : name));
}

export const PRIMITIVES = new Set('bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize'.split(' '));
const PRELUDE = new Set([
  ...PRIMITIVES,
  ...'AsMut AsRef Box Clone Copy Default DoubleEndedIterator Drop Eq Err ExactSizeIterator Extend Fn FnMut FnOnce From Into IntoIterator Iterator None Ok Option Ord PartialEq PartialOrd Result Send Sized Some String Sync ToOwned ToString TryFrom TryInto Vec drop Debug Hash'.split(
    ' ',
  ),
]);

/** A name that no scope declares: it comes from `*` or from the prelude. */
function undeclared(r: Reader, module: Module, name: string): BindingNumber {
  const isPrelude = PRELUDE.has(name);
  const candidates = [
    ...(module.hasGlobs ? [r.imported(SELF, name)] : []),
    ...module.globs.map((glob) => member(r, glob, name)),
    ...(isPrelude ? [r.imported('extern std', name)] : []),
  ];
  if (candidates.length === 0) return r.imported('<nothing>', name);
  return candidates.reduceRight((later, each) => either(r, each, later));
}

/** A binding that means the first one, or the second if nothing is known of the first. */
function either(r: Reader, first: BindingNumber, second: BindingNumber): BindingNumber {
  const key = `either ${String(first)} ${String(second)}`;
  const known = r.notes.get(key) as BindingNumber | undefined;
  if (known !== undefined) return known;
  const binding = r.model.binding(r.model.bindings[first]!.name);
  const types = [first, second].map((each) => r.typeExpr(['ref', each, '', []]));
  Object.assign(r.model.bindings[binding]!, {
    init: r.expr(['else', r.expr(['name', first]), r.expr(['name', second])]),
    alias: { type: r.typeExpr(['union', ...types]), params: [] },
  });
  r.notes.set(key, binding);
  return binding;
}

/** The binding of a name inside something else. */
export function member(r: Reader, of: BindingNumber, name: string): BindingNumber {
  const key = `member ${String(of)} ${name}`;
  const known = r.notes.get(key) as BindingNumber | undefined;
  if (known !== undefined) return known;
  const binding = r.model.binding(name);
  Object.assign(r.model.bindings[binding]!, {
    init: r.expr(['.', r.expr(['name', of]), name]),
    alias: { type: r.typeExpr(['ref', of, name, []]), params: [] },
  });
  r.notes.set(key, binding);
  return binding;
}

/** The key of a field, because a field and a method may have the same name. */
export function fieldName(name: string): string {
  return `.${name}`;
}

/** The value that a path means. */
export function pathValue(r: Reader, path: Path): ExprNumber {
  const { names } = path;
  const along = (value: ExprNumber, rest: readonly string[]): ExprNumber =>
    rest.reduce((object, name) => r.expr(['.', object, name]), value);
  if (path.type !== undefined) return along(typeAsValue(r, path.type), names);
  if (names[0] === 'Self') {
    const self = r.around === undefined ? undefined : notesOf(r).selves.get(r.around.shape);
    return self === undefined ? r.any : along(self.value, names.slice(1));
  }
  const [only] = names;
  if (names.length === 1) {
    const found = r.scope.lookup(only!);
    if (found !== undefined) return r.selves.get(found.binding) ?? r.expr(['name', found.binding]);
  }
  const beginning = beginningOf(r, names);
  return beginning === undefined ? r.any : along(r.expr(['name', beginning.binding]), beginning.rest);
}

/** The `<…>` in `<T as Trait>::name`, as the value in which a member is looked up. */
function typeAsValue(r: Reader, node: Syntax): ExprNumber {
  if (/^(?:generic_type|type_identifier|scoped_type_identifier)$/.test(node.kind)) return pathValue(r, { ...pathOf(node), args: [] });
  return r.expr(['as', r.type(node)]);
}

/** The type that a path means, applied to arguments. */
export function pathType(r: Reader, path: Path, args: TypeNumber[]): TypeNumber {
  const { names } = path;
  if (path.type !== undefined) return names.length === 0 ? r.type(path.type) : r.anyType;
  if (names[0] === 'Self') {
    const own = r.scope.lookup(names.join(MODULE));
    if (own !== undefined) return r.typeExpr(['ref', own.binding, '', args]);
    const self = r.around === undefined ? undefined : notesOf(r).selves.get(r.around.shape);
    return self === undefined || names.length > 1 ? r.anyType : self.type;
  }
  const beginning = beginningOf(r, names);
  return beginning === undefined ? r.anyType : r.typeExpr(['ref', beginning.binding, beginning.rest.join('.'), args]);
}

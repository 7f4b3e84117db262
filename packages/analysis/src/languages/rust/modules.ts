import type { Shape } from '../../extraction/extraction.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import { Scope } from '../tree-sitter/scope.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { attributesOf, before, innerDocumentation } from './attributes.ts';
import { beginningOf, isLower, member, moduleOf, MODULE, notesOf, pathOf, plain, type Module } from './names.ts';

/** Declares `mod name;` and `mod name {}`. */
export function declareModule(r: Reader, node: Syntax): void {
  const name = plain(node.field('name')?.text ?? '');
  if (node.field('body') !== undefined) {
    r.declared(name + MODULE);
    return;
  }
  const written = before(node)
    .attributes.map((each) => /^path\s*=\s*"([^"]+)"/.exec(each.text)?.[1])
    .find((path) => path !== undefined);
  const module = moduleOf(r);
  const specifier =
    written === undefined || module.outer !== undefined ? `mod ${[...namesAround(module), name].join('/')}` : `file ${written}`;
  const binding = r.declared(name + MODULE);
  r.model.bindings[binding]!.from = { module: r.module(specifier, 'import', node.line), name: '*' };
  if (node.child('visibility_modifier')?.text === 'pub') given(r, r.scope).add(name + MODULE);
}

function namesAround(module: Module): string[] {
  return module.outer === undefined ? [] : [...namesAround(module.outer), module.name];
}

/** The names that a module of the file exports with `pub`. */
export function given(r: Reader, scope: Scope): Set<string> {
  const all = (r.notes.get('given') ?? new Map<Scope, Set<string>>()) as Map<Scope, Set<string>>;
  r.notes.set('given', all);
  let names = all.get(scope);
  if (names === undefined) all.set(scope, (names = new Set()));
  return names;
}

/** Defines a module that is written inside its file. Other code reads its members by name. */
export function defineModule(r: Reader, node: Syntax, readBody: (body: Syntax) => void): void {
  const body = node.field('body');
  if (body === undefined) return;
  const name = plain(node.field('name')?.text ?? '');
  const outer = moduleOf(r);
  const around = before(node);
  const docstring = around.docstring ?? innerDocumentation(body.children).docstring;
  const symbol = r.node(node, { name, type: 'module', signature: `mod ${name}`, ...attributesOf(node, docstring) });
  const shape: Shape = { kind: 'namespace', node: symbol, name, members: [] };
  const number = r.model.shape(shape);
  const binding = r.declared(name + MODULE);
  Object.assign(r.model.bindings[binding]!, { holder: number, node: symbol });
  // A module does not see the names around it, unless it imports them with `use super::*`.
  const scope = new Scope('module', seesOuter(body) ? r.scope : undefined);
  const module: Module = { scope, outer, binding, shape: number, name, hasGlobs: scope.outer !== undefined && outer.hasGlobs, globs: [] };
  notesOf(r).modules.set(scope, module);
  const scopeBefore = r.scope;
  const { around: aroundType } = r;
  delete r.around;
  r.scope = scope;
  r.inside(symbol, true, () => readBody(body));
  r.scope = scopeBefore;
  if (aroundType !== undefined) r.around = aroundType;
  for (const [each, inner] of scope.names) shape.members.push({ name: each, binding: inner, isStatic: true });
}

function seesOuter(body: Syntax): boolean {
  return body.children.some(
    (each) => each.kind === 'use_declaration' && /^(?:pub(?:\([^)]*\))?\s+)?use\s+super::(?:\*|\{[^}]*(?<=[{,\s])\*)/.test(each.text),
  );
}

/** Reads `use a::{b, c as d, e::*}`. */
export function readUse(r: Reader, node: Syntax): void {
  const argument = node.field('argument');
  if (argument === undefined) return;
  const isPublic = node.child('visibility_modifier')?.text === 'pub';
  useTree(r, argument, [], { line: node.line, isPublic, isGivenOn: node.child('visibility_modifier') !== undefined });
}

interface Use {
  readonly line: number;
  readonly isPublic: boolean;
  readonly isGivenOn: boolean;
}

function useTree(r: Reader, node: Syntax, prefix: readonly string[], use: Use): void {
  switch (node.kind) {
    case 'use_list':
      for (const each of node.children) useTree(r, each, prefix, use);
      return;
    case 'scoped_use_list': {
      const path = node.field('path');
      const names = path === undefined ? prefix : [...prefix, ...pathOf(path).names];
      for (const each of node.field('list')?.children ?? []) useTree(r, each, names, use);
      return;
    }
    case 'use_as_clause': {
      const names = [...prefix, ...pathOf(node.field('path')!).names];
      useName(r, names, plain(node.field('alias')?.text ?? '_'), use);
      return;
    }
    case 'use_wildcard': {
      const path = node.children[0];
      useGlob(r, path === undefined ? prefix : [...prefix, ...pathOf(path).names], use);
      return;
    }
    case 'self':
      useName(r, prefix, prefix.at(-1) ?? '', use);
      return;
    case 'identifier':
    case 'scoped_identifier':
    case 'crate':
    case 'metavariable': {
      const names = [...prefix, ...pathOf(node).names];
      useName(r, names, names.at(-1) ?? '', use);
      return;
    }
    default:
      return;
  }
}

function useName(r: Reader, written: readonly string[], alias: string, use: Use): void {
  const names = written.at(-1) === 'self' && written.length > 1 ? written.slice(0, -1) : written;
  note(r, names, use);
  if (alias === '_' || names.length === 0) return;
  if (!r.notes.has(`use ${alias}`)) r.notes.set(`use ${alias}`, names);
  const module = moduleOf(r);
  const last = names.at(-1)!;
  const keys = isLower(alias) && isLower(last) ? [alias, alias + MODULE] : [alias];
  const isInner = r.scope !== module.scope;
  const found = beginningOf(r, names.length === 1 ? [last, ''] : names, true);
  for (const key of keys) {
    const wanted = key.endsWith(MODULE) ? last + MODULE : last;
    // If several imports of a name stand under different conditions, the first counts.
    if (!isInner && r.scope.names.has(key)) continue;
    const binding = r.declare(key);
    const record = r.model.bindings[binding]!;
    if (found !== undefined && found.binding !== binding) {
      const path = names.length === 1 || found.rest.length === 0 ? [] : [...found.rest.slice(0, -1), wanted];
      record.init = path.reduce((object, each) => r.expr(['.', object, each]), r.expr(['name', found.binding]));
      record.alias = { type: r.typeExpr(['ref', found.binding, path.join('.'), []]), params: [] };
    }
    if (/^(?:std|core|alloc)$/.test(names[0]!)) r.notes.set(`std ${String(binding)}`, true);
    if (use.isPublic) given(r, r.scope).add(key);
  }
}

function useGlob(r: Reader, names: readonly string[], use: Use): void {
  note(r, names, use);
  const module = moduleOf(r);
  const [first = ''] = names;
  if (module.outer !== undefined && names.length === 1 && first === 'super') return;
  const last = names.at(-1) ?? '';
  const isFile = module.outer === undefined && isLower(last) && r.scope === module.scope;
  if (isFile) {
    module.hasGlobs = true;
    const found =
      names.length > 1 || !/^(?:crate|super|self)$/.test(first) ? (r.scope.lookup(first + MODULE) ?? r.scope.lookup(first)) : undefined;
    const from = found === undefined ? undefined : r.model.bindings[found.binding]!.from;
    const own = from?.name === '*' && names.length === 1 ? from.module : undefined;
    const local = found === undefined ? names : ['self', ...names];
    const specifier =
      names.length === 1 && first === 'super' ? 'super 1' : names.length === 1 && first === 'crate' ? 'crate' : `glob ${local.join('::')}`;
    r.model.exports.push({
      star: own ?? r.module(specifier, 'scope', use.line),
      ...(use.isGivenOn ? (use.isPublic ? {} : { hidden: 'untold' as const }) : { hidden: true }),
    });
  }
  // An enum, or a module that is not a file: its names are looked up one by one.
  const beginning = beginningOf(r, [...names, ''], true);
  if (beginning === undefined) return;
  const path = beginning.rest.slice(0, -1);
  if (isFile && r.model.bindings[beginning.binding]!.holder === undefined && path.length === 0) return;
  module.globs.push(path.reduce((of, name) => member(r, of, name), beginning.binding));
}

/** Imports the file that a path leads into. */
function note(r: Reader, names: readonly string[], use: Use): void {
  const [first = ''] = names;
  const local = /^(?:crate|super|self)$/.test(first);
  const module = moduleOf(r);
  if (local && module.outer !== undefined && first !== 'crate') return;
  const used = r.notes.get(`use ${first}`) as readonly string[] | undefined;
  const declared = r.scope.lookup(first + MODULE) ?? r.scope.lookup(first);
  const full = local || declared === undefined ? names : used !== undefined ? [...used, ...names.slice(1)] : ['self', ...names];
  r.module(`use ${full.join('::')}`, 'import', use.line);
}

import type * as t from '@babel/types';
import type { Member, Shape } from '../extraction.ts';
import { wrapsFunction } from './calls.ts';
import { readClass } from './classes.ts';
import { readExpression, readValue } from './expressions.ts';
import { annotationText, functionNode, readFunction } from './functions.ts';
import { hoist, hoistVars } from './hoist.ts';
import { exportDeclared, walkModuleStatement } from './modules.ts';
import { bindPattern } from './patterns.ts';
import { Scope, TYPE, VALUE } from './scope.ts';
import { oneLine } from './signature.ts';
import { walkStatement } from './statements.ts';
import { readAnnotation, readHeritage, readNamedType, readTypeMembers, readTypeParameters } from './types.ts';
import { isNodeName, type Naming, type Walk } from './walk.ts';

/** A statement that declares something; the others are not its business. `outer` is the `export` around it. */
export function declareStatement(w: Walk, node: t.Statement | t.Declaration, outer: t.Node = node): void {
  switch (node.type) {
    case 'VariableDeclaration':
      for (const declarator of node.declarations) declareVariable(w, node, declarator, outer);
      break;
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      declareFunction(w, node, outer, node.id?.name ?? 'default');
      break;
    case 'ClassDeclaration':
      declareClass(w, node, outer, node.id?.name ?? 'default');
      break;
    case 'TSInterfaceDeclaration':
      declareInterface(w, node, outer);
      break;
    case 'TSTypeAliasDeclaration':
      declareAlias(w, node, outer);
      break;
    case 'TSEnumDeclaration':
      declareEnum(w, node, outer);
      break;
    case 'TSModuleDeclaration':
      declareNamespace(w, node, outer);
      break;
    default:
      walkModuleStatement(w, node);
  }
}

function named(w: Walk, name: string, span: t.Node, outer: t.Node): Naming {
  return { name, span: outer.loc?.start.line === span.loc?.start.line ? outer : span, docStart: outer.start ?? 0, parent: w.symbol };
}

/** Whether what is declared here is the file's or a namespace's own, rather than a function's. */
function isTopLevel(w: Walk): boolean {
  const { type } = w.model.nodes[w.symbol]!;
  return type === 'file' || type === 'namespace' || type === 'module';
}

function isModuleScope(w: Walk): boolean {
  for (let { scope } = w as { scope: Scope | undefined }; scope !== undefined; scope = scope.parent) {
    if (scope.isFunction) return scope.parent === undefined || isTopLevel(w);
  }
  return true;
}

function declareVariable(w: Walk, declaration: t.VariableDeclaration, node: t.VariableDeclarator, outer: t.Node): void {
  const { model } = w;
  const { id, init } = node;
  const annotation = 'typeAnnotation' in id ? (id.typeAnnotation as t.Node | null | undefined) : undefined;
  const type = readAnnotation(w, annotation);
  if (id.type !== 'Identifier') {
    const value = init ? readExpression(w, init, type) : w.any;
    bindPattern(w, id, value, type);
    if (isTopLevel(w) && isModuleScope(w) && !isModule(w, value)) patternNodes(w, id, outer);
    return;
  }
  const binding = model.bindings[w.scope.lookup(id.name, VALUE) ?? w.scope.declare(id.name, VALUE)]!;
  const span = declaration.declarations.length === 1 ? outer : node;
  const naming: Naming = { name: id.name, span, docStart: outer.start ?? 0, parent: w.symbol };
  const value = init ? unwrap(init) : undefined;
  const isTop = isTopLevel(w) && isModuleScope(w);
  let symbol: number | undefined;
  if (value?.type === 'ArrowFunctionExpression' || value?.type === 'FunctionExpression')
    symbol = functionNode(w, naming, value, { type: 'function' });
  else if (value !== undefined && wrapsFunction(value)) {
    const signature = oneLine(w.source, span.start ?? 0, value.start ?? 0).replace(/\s*=$/, '');
    symbol = w.node(naming, { type: 'function', complexity: 1, signature });
  } else if (isTop && value?.type !== 'ClassExpression' && !(value !== undefined && isRequireCall(value))) {
    const typeText = annotationText(w, annotation);
    const signature = oneLine(w.source, declaration.start ?? 0, init?.start ?? span.end ?? 0).replace(/\s*[=;]$/, '');
    symbol = w.node(naming, { type: 'variable', complexity: 0, signature, ...(typeText === undefined ? {} : { return_type: typeText }) });
  }
  if (symbol !== undefined) binding.node = symbol;
  if (declaration.kind !== 'const') binding.mutable = true;
  if (type !== undefined) binding.type ??= type;
  if (!init) return;
  const inner: Naming = symbol === undefined ? naming : { ...naming, node: symbol };
  const read = (): number => readValue(w, init, type, inner);
  const expr = symbol !== undefined && model.nodes[symbol]!.type === 'variable' ? w.inside(symbol, false, read) : read();
  binding.init ??= expr;
  const kind = model.exprs[expr];
  if (kind?.[0] !== 'class') return;
  binding.holder = kind[1];
  binding.node ??= model.shapes[kind[1]]?.node as number;
}

/** What names taken out of a pattern at module level are: variables of their own. */
function patternNodes(w: Walk, pattern: t.Node, outer: t.Node): void {
  if (pattern.type === 'Identifier') {
    const number = w.scope.lookup(pattern.name, VALUE);
    if (number === undefined) return;
    const naming = { name: pattern.name, span: outer, docStart: outer.start ?? 0, parent: w.symbol };
    w.model.bindings[number]!.node = w.node(naming, { type: 'variable', complexity: 0 });
  } else if (pattern.type === 'ObjectPattern') {
    for (const property of pattern.properties) patternNodes(w, property.type === 'RestElement' ? property.argument : property.value, outer);
  } else if (pattern.type === 'ArrayPattern') {
    for (const element of pattern.elements)
      if (element) patternNodes(w, element.type === 'RestElement' ? element.argument : element, outer);
  } else if (pattern.type === 'AssignmentPattern') patternNodes(w, pattern.left, outer);
}

function unwrap(node: t.Expression): t.Expression {
  let inner = node;
  while (inner.type === 'TSAsExpression' || inner.type === 'TSSatisfiesExpression' || inner.type === 'TSNonNullExpression')
    inner = inner.expression;
  return inner;
}

/** Whether a value is a module: names taken out of it are imports, no variables. */
function isModule(w: Walk, value: number): boolean {
  const expr = w.model.exprs[value]!;
  return expr[0] === 'require' || (expr[0] === 'await' && w.model.exprs[expr[1]]![0] === 'import');
}

function isRequireCall(node: t.Expression): boolean {
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'require';
}

/** @returns the binding, none for an anonymous default */
export function declareFunction(
  w: Walk,
  node: t.FunctionDeclaration | t.TSDeclareFunction,
  outer: t.Node,
  name: string,
): { fn: number; node: number } {
  const { model } = w;
  const number = node.id ? w.scope.lookup(node.id.name, VALUE) : undefined;
  const binding = number === undefined ? undefined : model.bindings[number];
  const first = binding?.fn;
  const overloaded =
    first !== undefined &&
    model.functions[first]!.node === binding?.node &&
    binding?.node !== undefined &&
    !('body' in model.functions[first]!);
  if (overloaded && isOverload(w, first)) {
    const symbol = binding.node!;
    const record = model.nodes[symbol]!;
    record.end = Math.max(record.end, node.loc?.end.line ?? record.end);
    const fn = readFunction(w, node, { node: symbol });
    model.functions[fn]!.overloads = [first, ...(model.functions[first]!.overloads ?? [])];
    if (node.type === 'FunctionDeclaration') signatureOnly.delete(model.functions[first]!);
    else signatureOnly.add(model.functions[fn]!);
    binding.fn = fn;
    return { fn, node: symbol };
  }
  const symbol = functionNode(w, named(w, name, node, outer), node, { type: 'function' });
  if (binding !== undefined) binding.node = symbol;
  const fn = readFunction(w, node, { node: symbol });
  if (node.type === 'TSDeclareFunction') signatureOnly.add(model.functions[fn]!);
  if (binding !== undefined) binding.fn = fn;
  return { fn, node: symbol };
}

/** Function records of signatures without a body, which the next declaration of the name goes on with. */
const signatureOnly = new WeakSet<object>();
function isOverload(w: Walk, fn: number): boolean {
  return signatureOnly.has(w.model.functions[fn]!);
}

export function declareClass(w: Walk, node: t.ClassDeclaration, outer: t.Node, name: string): number {
  const number = node.id ? w.scope.lookup(node.id.name, VALUE) : undefined;
  return readClass(w, node, named(w, name, node, outer), number);
}

export function declareInterface(w: Walk, node: t.TSInterfaceDeclaration, outer: t.Node): void {
  const { model } = w;
  const naming = named(w, node.id.name, node, outer);
  const symbol = w.node(naming, {
    type: 'interface',
    complexity: 0,
    signature: oneLine(w.source, node.start ?? 0, node.body.start ?? 0),
  });
  const shape: Shape = { kind: 'interface', node: symbol, name: node.id.name, members: [] };
  const number = model.shape(shape);
  const binding = model.bindings[w.scope.lookup(node.id.name, TYPE)!]!;
  (binding.shapes ??= []).push(number);
  binding.typeNode ??= symbol;
  w.inside(symbol, false, () =>
    w.within(false, () => {
      const typeParams = readTypeParameters(w, node.typeParameters);
      if (typeParams !== undefined) shape.typeParams = typeParams;
      const bases = (node.extends ?? []).map((base) => readHeritage(w, base));
      if (bases.length > 0) shape.bases = bases;
      const outerThis = w.thisExpr;
      w.thisExpr = model.expr(['this', number]);
      readTypeMembers(w, node.body.body, shape);
      w.thisExpr = outerThis;
    }),
  );
}

function declareAlias(w: Walk, node: t.TSTypeAliasDeclaration, outer: t.Node): void {
  const symbol = w.node(named(w, node.id.name, node, outer), {
    type: 'type',
    complexity: 0,
    signature: oneLine(w.source, node.start ?? 0, node.end ?? 0).replace(/;$/, ''),
  });
  const binding = w.model.bindings[w.scope.lookup(node.id.name, TYPE)!]!;
  binding.typeNode = symbol;
  w.inside(symbol, false, () =>
    w.within(false, () => {
      const params = readTypeParameters(w, node.typeParameters) ?? [];
      binding.alias = { type: readNamedType(w, node.typeAnnotation, symbol), params };
    }),
  );
}

function declareEnum(w: Walk, node: t.TSEnumDeclaration, outer: t.Node): void {
  const { model } = w;
  const symbol = w.node(named(w, node.id.name, node, outer), {
    type: 'enum',
    complexity: 0,
    signature: oneLine(w.source, node.start ?? 0, node.body.start ?? 0),
  });
  const shape: Shape = { kind: 'enum', node: symbol, name: node.id.name, members: [] };
  const number = model.shape(shape);
  const binding = model.bindings[w.scope.lookup(node.id.name, VALUE)!]!;
  binding.node = symbol;
  binding.holder = number;
  (binding.shapes ??= []).push(number);
  w.inside(symbol, false, () => {
    for (const member of node.body.members) {
      const name = member.id.type === 'StringLiteral' ? member.id.value : member.id.name;
      const record: Member = { name, isStatic: true };
      if (isNodeName(name)) {
        const naming = { name, span: member, docStart: member.start ?? 0, parent: symbol };
        record.node = w.node(naming, { type: 'property', complexity: 0, signature: oneLine(w.source, member.start ?? 0, member.end ?? 0) });
      }
      if (member.initializer) readExpression(w, member.initializer);
      shape.members.push(record);
    }
  });
}

/** `namespace A.B {}` is a B in an A. */
function declareNamespace(w: Walk, node: t.TSModuleDeclaration, outer: t.Node): void {
  const names = node.id.type === 'StringLiteral' ? [node.id.value] : entityNames(node.id);
  const { scope, symbol: outerSymbol, owner, ambient } = w;
  let shape: Shape | undefined;
  for (const name of node.kind === 'global' ? ['global'] : names) {
    const known = node.kind === 'namespace' ? w.scope.declare(name, VALUE | TYPE) : undefined;
    const type = node.kind === 'module' || node.kind === 'global' ? 'module' : 'namespace';
    const naming = { ...named(w, name, node, outer), parent: w.symbol };
    const inner = w.node(naming, { type, complexity: 0, signature: oneLine(w.source, node.start ?? 0, node.id.end ?? 0) });
    const next: Shape = { kind: 'namespace', node: inner, name, members: [] };
    if (known !== undefined) {
      const binding = w.model.bindings[known]!;
      binding.node ??= inner;
      if (binding.holder === undefined) binding.holder = w.model.shape(next);
      else if (w.model.shapes[binding.holder]!.kind !== 'namespace') w.model.shape(next);
      shape?.members.push({ name, binding: known, isStatic: true, node: inner });
      shape = w.model.shapes[binding.holder]!;
    } else shape = next;
    w.symbol = inner;
    w.scope = new Scope(w.model, w.scope, true);
  }
  const target = shape!;
  w.ambient = node.declare === true || ambient;
  // `declare module 'x';` has no body.
  const statements = (node.body as t.TSModuleBlock | undefined)?.body ?? [];
  for (const statement of statements) hoistVars(statement, w.scope);
  hoist(statements, w.scope);
  for (const statement of statements) {
    walkStatement(w, statement);
    for (const [name, binding] of exportDeclared(w, statement)) {
      const { node: value, typeNode } = w.model.bindings[binding]!;
      for (const symbol of [value, typeNode]) if (symbol !== undefined) w.model.nodes[symbol]!.is_exported = true;
      const declared = value ?? typeNode;
      if (node.kind === 'global') w.globals.push([name, binding]);
      target.members.push({ name, binding, isStatic: true, ...(declared === undefined ? {} : { node: declared }) });
    }
  }
  Object.assign(w, { scope, symbol: outerSymbol, owner, ambient });
}

function entityNames(id: t.TSEntityName): string[] {
  if (id.type === 'TSQualifiedName') return [...entityNames(id.left), id.right.name];
  return id.type === 'Identifier' ? [id.name] : [];
}

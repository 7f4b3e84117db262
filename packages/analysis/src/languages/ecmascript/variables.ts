import type * as t from '@babel/types';
import type { ExprNumber, NodeNumber } from '../../extraction/numbers.ts';
import { wrapsFunction } from './calls.ts';
import { readExpression, readValue } from './expressions.ts';
import { annotationText, functionNode } from './functions.ts';
import { bindPattern } from './patterns.ts';
import { VALUE, type Scope } from './scope.ts';
import { noteGeneratedRequest } from '../../extraction/http-calls.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { readAnnotation } from './types.ts';
import type { Naming, Walk } from './walk.ts';

/** Whether names declared here belong to the file or a namespace, and not to a function. */
function isTopLevel(w: Walk): boolean {
  const { type } = w.model.nodes[w.symbol]!;
  return type === 'file' || type === 'namespace' || type === 'module';
}

/** Whether no function stands between here and the file or the namespace. A callback without a name counts as a function. */
function isModuleScope(w: Walk): boolean {
  for (let { scope } = w as { scope: Scope | undefined }; scope !== undefined; scope = scope.parent) {
    if (scope.isFunction) return scope.isModule;
  }
  return true;
}

/** Declares `const a = …`. It is a function if its value is one or wraps one. At the top of the file, any value is a node. */
export function declareVariable(w: Walk, declaration: t.VariableDeclaration, node: t.VariableDeclarator, outer: t.Node): void {
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
  let symbol: NodeNumber | undefined;
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
  const read = (): ExprNumber => readValue(w, init, type, inner);
  const expr = symbol !== undefined && model.nodes[symbol]!.type === 'variable' ? w.inside(symbol, false, read) : read();
  binding.init ??= expr;
  const path = id.name === 'localVarRequestOptions' ? w.scope.lookup('localVarPath', VALUE) : undefined;
  if (path !== undefined) noteGeneratedRequest(model, w.owner, model.expr(['name', path]), expr, node.loc?.start.line ?? 1);
  const kind = model.exprs[expr];
  if (kind?.[0] !== 'class') return;
  binding.holder = kind[1];
  binding.node ??= model.shapes[kind[1]]?.node as NodeNumber;
}

/** Makes a variable of each name that a pattern at module level declares. */
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

/** Whether a value is a module. Names taken out of it are imports, not variables. */
function isModule(w: Walk, value: ExprNumber): boolean {
  const expr = w.model.exprs[value]!;
  return expr[0] === 'require' || (expr[0] === 'await' && w.model.exprs[expr[1]]![0] === 'import');
}

function isRequireCall(node: t.Expression): boolean {
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'require';
}

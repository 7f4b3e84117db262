import type * as t from '@babel/types';
import type { Member, Shape } from '../../extraction/extraction.ts';
import type { FunctionNumber, NodeNumber, ShapeNumber } from '../../extraction/numbers.ts';
import { readClass } from './classes.ts';
import { readExpression } from './expressions.ts';
import { functionNode, readFunction } from './functions.ts';
import { walkModuleStatement } from './modules.ts';
import { declareNamespace } from './namespaces.ts';
import { TYPE, VALUE } from './scope.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { readHeritage, readNamedType, readTypeMembers, readTypeParameters } from './types.ts';
import { declareVariable } from './variables.ts';
import { isNodeName, type Naming, type Walk } from './walk.ts';

/** Reads a statement if it declares, imports or exports something. `outer` is the `export` around it. */
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

/** The name and the span of a declaration at the present place. `outer` is the `export` around it. */
export function named(w: Walk, name: string, span: t.Node, outer: t.Node): Naming {
  return { name, span: outer.loc?.start.line === span.loc?.start.line ? outer : span, docStart: outer.start ?? 0, parent: w.symbol };
}

export function declareFunction(
  w: Walk,
  node: t.FunctionDeclaration | t.TSDeclareFunction,
  outer: t.Node,
  name: string,
): { fn: FunctionNumber; node: NodeNumber } {
  const { model } = w;
  const number = node.id ? w.scope.lookup(node.id.name, VALUE) : undefined;
  const binding = number === undefined ? undefined : model.bindings[number];
  const first = binding?.fn;
  if (binding?.node !== undefined && first !== undefined && model.functions[first]!.body !== true) {
    // One of several overloads: all are one node, from the first signature to the end of the body.
    const record = model.nodes[binding.node]!;
    record.end = Math.max(record.end, node.loc?.end.line ?? record.end);
    const fn = readFunction(w, node, { node: binding.node });
    model.functions[fn]!.overloads = [first, ...(model.functions[first]!.overloads ?? [])];
    binding.fn = fn;
    return { fn, node: binding.node };
  }
  const symbol = functionNode(w, named(w, name, node, outer), node, { type: 'function' });
  if (binding !== undefined) binding.node = symbol;
  const fn = readFunction(w, node, { node: symbol });
  if (binding !== undefined) binding.fn = fn;
  return { fn, node: symbol };
}

export function declareClass(w: Walk, node: t.ClassDeclaration, outer: t.Node, name: string): ShapeNumber {
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

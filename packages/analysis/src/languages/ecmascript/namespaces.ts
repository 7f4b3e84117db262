import type * as t from '@babel/types';
import type { Shape } from '../../extraction/extraction.ts';
import { named } from './declarations.ts';
import { hoist, hoistVars } from './hoist.ts';
import { exportDeclared } from './modules.ts';
import { Scope, TYPE, VALUE } from './scope.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { walkStatement } from './statements.ts';
import type { Walk } from './walk.ts';

/** Declares `namespace A.B {}` as a B inside an A. */
export function declareNamespace(w: Walk, node: t.TSModuleDeclaration, outer: t.Node): void {
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
    w.scope = new Scope(w.model, w.scope, true, true);
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

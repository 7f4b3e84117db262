import type { FunctionRecord } from '../../extraction/extraction.ts';
import type { BindingNumber, TypeNumber } from '../../extraction/numbers.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { pathOf, pathType, plain } from './names.ts';

/** Reads a written type. A reference or pointer means the type that it points to. */
export function readType(r: Reader, node: Syntax): TypeNumber {
  switch (node.kind) {
    case 'type_identifier':
    case 'identifier':
    case 'scoped_type_identifier':
    case 'scoped_identifier':
    case 'primitive_type':
    case 'generic_type': {
      const path = pathOf(node);
      if (path.names[0] === '_') return r.anyType;
      const args = path.args
        .filter(({ kind }) => kind !== 'trait_bounds')
        .map((arg) => readType(r, arg.kind === 'type_binding' ? arg.field('type')! : arg));
      const type = pathType(r, path, args);
      if (node.kind !== 'primitive_type' && path.names[0] !== 'Self') r.use('type', type, node);
      return type;
    }
    case 'reference_type':
    case 'pointer_type':
    case 'higher_ranked_trait_bound': {
      const inner = node.field('type');
      return inner === undefined ? r.anyType : readType(r, inner);
    }
    case 'dynamic_type':
    case 'abstract_type': {
      const inner = node.field('trait');
      return inner === undefined ? r.anyType : readType(r, inner);
    }
    case 'bounded_type':
      return allOf(r, node.children);
    case 'tuple_type':
      return r.typeExpr(['tuple', ...node.children.map((each) => readType(r, each))]);
    case 'array_type':
      return standardType(r, 'Vec', [readType(r, node.field('element')!)]);
    case 'function_type': {
      const record: FunctionRecord = { params: [] };
      for (const param of node.field('parameters')?.children ?? []) record.params.push({ type: readType(r, param.field('type') ?? param) });
      const returns = node.field('return_type');
      if (returns !== undefined) record.returns = readType(r, returns);
      return r.typeExpr(['fn', r.model.function(record)]);
    }
    default:
      return r.anyType;
  }
}

export function standardType(r: Reader, name: string, args: TypeNumber[]): TypeNumber {
  return r.typeExpr(['ref', r.imported('extern std', name), '', args]);
}

/** A type with several bounds has the members of all of them. */
export function allOf(r: Reader, nodes: readonly Syntax[]): TypeNumber {
  const types = nodes.filter(({ kind }) => kind !== 'lifetime' && kind !== 'removed_trait_bound').map((each) => readType(r, each));
  return types.length === 0 ? r.anyType : types.length === 1 ? types[0]! : r.typeExpr(['and', ...types]);
}

/**
 * Declares type parameters in the current scope, with their own bounds and those after `where`.
 *
 * @param known the parameters of the type that an `impl` is for, by the names that the `impl` gives them
 */
export function typeParameters(r: Reader, node: Syntax, known: ReadonlyMap<string, BindingNumber> = new Map()): BindingNumber[] {
  const own: BindingNumber[] = [];
  const bounds: [binding: BindingNumber, bound: Syntax][] = [];
  for (const param of node.field('type_parameters')?.children ?? []) {
    if (param.kind === 'lifetime' || param.kind === 'lifetime_parameter' || param.kind.endsWith('comment')) continue;
    const name = plain((param.field('name') ?? param.field('left') ?? param).text);
    if (name.startsWith("'") || name.startsWith('#')) continue;
    const binding = known.get(name) ?? r.declare(name);
    r.scope.set(name, binding);
    r.model.bindings[binding]!.param ??= {};
    own.push(binding);
    const bound = param.field('bounds');
    if (bound !== undefined) bounds.push([binding, bound]);
  }
  for (const predicate of node.child('where_clause')?.children ?? []) {
    const left = predicate.field('left');
    const found = left === undefined ? undefined : r.scope.lookup(left.text);
    const bound = predicate.field('bounds');
    if (bound === undefined) continue;
    if (found !== undefined && r.model.bindings[found.binding]!.param !== undefined) bounds.push([found.binding, bound]);
    else allOf(r, bound.children);
  }
  for (const [binding, bound] of bounds) {
    const { param } = r.model.bindings[binding]!;
    const type = allOf(r, bound.children);
    if (type === r.anyType) continue;
    const constraint = param!.constraint === undefined || param!.constraint === type ? type : r.typeExpr(['and', param!.constraint, type]);
    Object.assign(r.model.bindings[binding]!, { param: { ...param, constraint }, init: r.expr(['as', constraint]) });
  }
  return own;
}

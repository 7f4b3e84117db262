import type { FunctionRecord } from '../../extraction/extraction.ts';
import type { FunctionNumber, TypeNumber } from '../../extraction/numbers.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { parametersOf, resultType } from './functions.ts';

/** Reads a written type. A pointer means the type that it points to. */
export function readType(r: Reader, node: Syntax): TypeNumber {
  const inner = (): TypeNumber => (node.children[0] === undefined ? r.anyType : readType(r, node.children.at(-1)!));
  switch (node.kind) {
    case 'type_identifier':
    case 'identifier':
    case 'qualified_type':
      return named(r, node);
    case 'generic_type': {
      const args = (node.child('type_arguments')?.children ?? []).map((arg) => readType(r, arg));
      return named(r, node.field('type')!, args);
    }
    case 'parameter_list':
      return resultType(r, node) ?? r.anyType;
    case 'pointer_type':
    case 'parenthesized_type':
    case 'type_elem':
    case 'type_constraint':
    case 'negated_type':
      return inner();
    case 'slice_type':
    case 'array_type':
    case 'implicit_length_array_type':
      return goType(r, 'slice', [readType(r, node.field('element')!)]);
    case 'map_type':
      return goType(r, 'map', [readType(r, node.field('key')!), readType(r, node.field('value')!)]);
    case 'channel_type':
      return goType(r, 'chan', [readType(r, node.field('value')!)]);
    case 'function_type':
      return r.typeExpr(['fn', signature(r, node)]);
    case 'struct_type':
    case 'interface_type': {
      const shape = r.model.shape({ kind: 'literal', members: [] });
      r.language.handlers[node.kind]?.(Object.assign(r, { around: { shape, node: undefined } }), node);
      return r.typeExpr(['shape', shape]);
    }
    default:
      return r.anyType;
  }
}

function named(r: Reader, node: Syntax, args: TypeNumber[] = []): TypeNumber {
  const type = r.typeName(node.text.replaceAll(/\s/g, ''), args);
  r.use('type', type, node);
  return type;
}

export function goType(r: Reader, name: string, args: TypeNumber[]): TypeNumber {
  return r.typeExpr(['ref', r.imported('builtin', name), '', args]);
}

/** Reads a signature inside a type. */
export function signature(r: Reader, node: Syntax): FunctionNumber {
  const record: FunctionRecord = {
    params: parametersOf(node.field('parameters')).map(({ name, type, rest }) => {
      const written = type === undefined ? r.anyType : r.type(type);
      return { name, type: rest === true ? goType(r, 'slice', [written]) : written, ...(rest === true ? { rest } : {}) };
    }),
  };
  const returns = resultType(r, node.field('result'));
  if (returns !== undefined) record.returns = returns;
  return r.model.function(record);
}

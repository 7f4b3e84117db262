import type { TypeNumber } from '../../extraction/numbers.ts';
import { specifierOf } from '../../extraction/specifiers/php.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';

export const TYPE_KINDS: ReadonlySet<string> = new Set([
  'named_type',
  'optional_type',
  'union_type',
  'intersection_type',
  'primitive_type',
  'disjunctive_normal_form_type',
]);

/** Resolves a name, and returns the key under which the file's scope knows it. */
export function nameOf(r: Reader, text: string): string {
  const written = text.replaceAll(/\s/g, '');
  if (!written.includes('\\')) return written;
  const [first = '', ...rest] = written.split('\\');
  const namespace = (r.notes.get('namespace') as string | undefined) ?? '';
  const used = r.notes.get(`use ${first}`) as string | undefined;
  // \A\B is complete. A\B begins with what `use` names, or with the current namespace.
  const full = first === '' ? rest : [...(used ?? (namespace === '' ? first : `${namespace}\\${first}`)).split('\\'), ...rest];
  const name = full.at(-1)!;
  const key = full.join('\\');
  if (!r.top.names.has(key)) r.top.names.set(key, r.imported(specifierOf(full), name));
  return key;
}

export function readType(r: Reader, node: Syntax): TypeNumber {
  switch (node.kind) {
    case 'named_type':
    case 'optional_type':
      return node.children[0] === undefined ? r.anyType : readType(r, node.children[0]);
    case 'union_type':
    case 'intersection_type':
      return r.typeExpr(['union', ...node.children.map((each) => readType(r, each))]);
    case 'name':
    case 'qualified_name': {
      const { text } = node;
      if ((text === 'self' || text === 'static') && r.around !== undefined) return r.typeExpr(['shape', r.around.shape]);
      const type = namedType(r, text);
      r.use('type', type, node);
      return type;
    }
    default:
      return r.anyType;
  }
}

export function namedType(r: Reader, text: string): TypeNumber {
  const found = r.scope.lookup(nameOf(r, text));
  if (found !== undefined) return r.typeExpr(['ref', found.binding, '', []]);
  return r.typeName(text);
}

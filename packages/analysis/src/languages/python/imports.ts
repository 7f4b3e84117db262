import type { Handler } from '../tree-sitter/language.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';

export const IMPORTS: Readonly<Record<string, Handler>> = {
  import_statement: (r, node) => {
    for (const name of node.fields('name')) {
      const isAliased = name.kind === 'aliased_import';
      const specifier = (isAliased ? name.field('name') : name)?.text ?? '';
      const module = r.module(specifier, 'import', node.line);
      const [first = ''] = specifier.split('.');
      const record = r.model.bindings[r.declared(isAliased ? (name.field('alias')?.text ?? '') : first)]!;
      if (record.from === undefined)
        record.from = { module: isAliased || first === specifier ? module : r.module(first, 'scope', node.line), name: '*' };
    }
    return undefined;
  },
  import_from_statement: (r, node) => {
    const specifier = node.field('module_name')?.text.replaceAll(/\s/g, '') ?? '';
    const module = r.module(specifier, 'import', node.line);
    if (node.child('wildcard_import') !== undefined) {
      r.model.exports.push({ star: module });
      r.notes.set('star', true);
      return undefined;
    }
    for (const name of node.fields('name')) {
      const isAliased = name.kind === 'aliased_import';
      const imported = (isAliased ? name.field('name') : name)?.text ?? '';
      const record = r.model.bindings[r.declared(isAliased ? (name.field('alias')?.text ?? imported) : imported)]!;
      // If both `try` and `except` import a name, the first import counts.
      if (record.from === undefined && record.fn === undefined && record.holder === undefined) record.from = { module, name: imported };
    }
    return undefined;
  },
  future_import_statement: () => undefined,
};

/** The names that an import declares. */
export function importedNames(node: Syntax): string[] {
  return node.fields('name').flatMap((name) => {
    if (name.kind === 'aliased_import') return [name.field('alias')?.text ?? ''];
    const { text } = name;
    return [node.kind === 'import_statement' ? text.split('.')[0]! : text];
  });
}

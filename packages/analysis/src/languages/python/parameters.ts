import type { Parameter } from '../tree-sitter/functions.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';

/** Name, type and default of each parameter, `*args` and `**kwargs` among them. */
export function parametersOf(node: Syntax | undefined): Parameter[] {
  return (node?.children ?? []).flatMap((param): Parameter[] => {
    switch (param.kind) {
      case 'identifier':
        return [{ name: param.text }];
      case 'typed_parameter': {
        const [inner] = param.children;
        const isRest = inner?.kind !== 'identifier';
        return [
          {
            name: inner?.text.replace(/^\*+/, '') ?? '',
            type: isRest && inner?.kind === 'dictionary_splat_pattern' ? undefined : param.field('type'),
            ...(isRest ? { rest: true as const } : {}),
          },
        ];
      }
      case 'default_parameter':
      case 'typed_default_parameter':
        return [{ name: param.field('name')?.text ?? '', type: param.field('type'), default: param.field('value') }];
      case 'list_splat_pattern':
      case 'dictionary_splat_pattern':
        return [{ name: param.text.replace(/^\*+/, ''), rest: true }];
      default:
        return [];
    }
  });
}

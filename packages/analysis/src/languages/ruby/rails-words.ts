import type { Syntax } from '../tree-sitter/syntax.ts';

/** The arguments of a call in a routes file: `get 'x' => 'c#a', as: :y` */
export interface Arguments {
  readonly values: readonly Syntax[];
  readonly options: ReadonlyMap<string, Syntax>;
  /** The two sides of an arrow, if no other argument comes first. After another argument, an arrow would be a constraint on a parameter. */
  readonly arrow: { readonly from: Syntax; readonly to: Syntax } | undefined;
}

const OPTIONS = new Set(
  'to via as on only except path module controller action param shallow concerns at constraints defaults format'.split(' '),
);

export function argumentsOf(call: Syntax): Arguments {
  const values: Syntax[] = [];
  const options = new Map<string, Syntax>();
  let arrow: Arguments['arrow'];
  for (const arg of call.field('arguments')?.children ?? []) {
    const [key, value] = [arg.field('key'), arg.field('value')];
    if (arg.kind !== 'pair' || key === undefined || value === undefined) values.push(arg);
    else if (key.kind === 'hash_key_symbol' || OPTIONS.has(textOf(key) ?? '')) options.set(textOf(key) ?? '', value);
    else if (values.length === 0) arrow ??= { from: key, to: value };
  }
  return { values, options, arrow };
}

/** A string or symbol that is written out. */
export function textOf(node: Syntax | undefined): string | undefined {
  switch (node?.kind) {
    case 'simple_symbol':
      return node.text.slice(1);
    case 'hash_key_symbol':
    case 'bare_symbol':
    case 'bare_string':
      return node.text;
    case 'string':
      return node.children.every(({ kind }) => kind === 'string_content') ? node.children.map(({ text }) => text).join('') : undefined;
    default:
      return undefined;
  }
}

/** One or several texts; undefined if one of them is not written out. */
export function textsOf(node: Syntax | undefined): string[] | undefined {
  const isList = node !== undefined && /^(?:array|symbol_array|string_array)$/.test(node.kind);
  const texts = isList ? node.children.map(textOf) : [textOf(node)];
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** A path with and without its optional parts. */
export function spelledOut(path: string): string[] {
  const optional = /^(.*)\(([^()]*)\)(.*)$/.exec(path.replaceAll('(.:format)', ''));
  if (optional === null) return [path.replaceAll('(.:format)', '')];
  const [, before = '', inside = '', after = ''] = optional;
  return [...spelledOut(`${before}${after}`), ...spelledOut(`${before}${inside}${after}`)];
}

/** `admin/item_types` stands for `Admin::ItemTypes`. */
export function constantNamed(path: string): string {
  return path
    .split('/')
    .map((segment) => segment.replaceAll(/(?:^|_)([a-z\d])/g, (_, first: string) => first.toUpperCase()))
    .join('::');
}

export function singular(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  return name.replace(/(?<=s|x|ch|sh)es$|(?<!s)s$/, '');
}

export function plural(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(?:ss|us|x|ch|sh)$/.test(name) ? `${name}es` : name.endsWith('s') ? name : `${name}s`;
}

/** The router of a class. */
export function routerNamed(name: string): string {
  return `ruby:${name.replace(/^::/, '')}`;
}

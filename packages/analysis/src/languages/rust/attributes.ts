import type { NodeNumber } from '../../extraction/numbers.ts';
import type { Attributes } from '../tree-sitter/functions.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { pathOf, pathValue, plain } from './names.ts';

const MAX_CHARS = 2000;

/** The doc comments and attributes before an item. */
export interface Before {
  readonly docstring?: string;
  readonly attributes: readonly Syntax[];
}

export function before(node: Syntax): Before {
  const lines: string[] = [];
  const attributes: Syntax[] = [];
  for (let each = node.previous; each !== undefined; each = each.previous) {
    if (each.kind === 'attribute_item') {
      attributes.unshift(each.children[0] ?? each);
      const doc = /^#\[doc\s*=\s*r?#*"([\s\S]*)"#*\]$/.exec(each.text)?.[1];
      if (doc !== undefined) lines.unshift(doc);
    } else if (each.kind.endsWith('comment')) {
      const { text } = each;
      if (/^\/\/\/(?!\/)|^\/\*\*(?!\*)/.test(text)) lines.unshift(...commentLines(text));
    } else break;
  }
  return { ...documentation(lines), attributes };
}

/** Comments that document the item they stand in: `//!`. */
export function innerDocumentation(children: readonly Syntax[]): { docstring?: string } {
  const lines: string[] = [];
  for (const each of children) {
    if (each.kind === 'inner_attribute_item' || each.kind === 'shebang') continue;
    if (!each.kind.endsWith('comment')) break;
    const { text } = each;
    if (/^\/[/*]!/.test(text)) lines.push(...commentLines(text));
    else if (lines.length > 0) break;
  }
  return documentation(lines);
}

function documentation(lines: readonly string[]): { docstring?: string } {
  const text = lines.join('\n').trim();
  return text === '' ? {} : { docstring: text.slice(0, MAX_CHARS) };
}

function commentLines(text: string): string[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) =>
      line
        .replace(/^\s*(?:\/\/[/!]|\/\*[*!]|\*\/|\*(?!\/)) ?/, '')
        .trimEnd()
        .replace(/\*\/$/, '')
        .trimEnd(),
    );
}

export function attributesOf(node: Syntax, docstring: string | undefined): Partial<Attributes> {
  const modifier = node.child('visibility_modifier')?.text;
  return {
    visibility: modifier === undefined ? 'private' : modifier === 'pub' ? 'public' : 'internal',
    ...(modifier === 'pub' ? { is_exported: true } : {}),
    ...(docstring === undefined ? {} : { docstring }),
  };
}

/** Attributes of the language itself. */
const BUILTIN = new Set(
  'allow cfg cfg_attr cold deny deprecated derive doc expect forbid global_allocator ignore inline link link_name macro_export macro_use must_use no_mangle non_exhaustive path repr should_panic target_feature test track_caller warn'.split(
    ' ',
  ),
);

/** Records derived traits, and attributes that are macros, as uses by the item after them. */
export function attributeUses(r: Reader, { attributes }: Before, symbol: NodeNumber | undefined): void {
  r.inside(symbol, false, () => {
    for (const attribute of attributes) {
      const name = attribute.children[0];
      if (name === undefined) continue;
      if (name.text === 'derive') {
        for (const each of derived(attribute.text))
          r.use('decorate', pathValue(r, { names: each.split('::').map(plain), args: [] }), attribute);
      } else if (!BUILTIN.has(name.text)) r.use('decorate', pathValue(r, pathOf(name)), attribute);
    }
  });
}

/** The traits that a type derives, without those of the language itself. */
export function derivedTraits({ attributes }: Before): string[][] {
  return attributes
    .filter((each) => each.children[0]?.text === 'derive')
    .flatMap((each) => derived(each.text))
    .map((each) => each.split('::').map(plain))
    .filter((names) => !STANDARD_TRAITS.has(names.at(-1)!));
}

const STANDARD_TRAITS = new Set('Clone Copy Debug Default Eq Hash Ord PartialEq PartialOrd'.split(' '));

function derived(text: string): string[] {
  return text
    .slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
    .split(',')
    .map((each) => each.replaceAll(/\s/g, ''))
    .filter((each) => /^[\w:]+$/.test(each));
}

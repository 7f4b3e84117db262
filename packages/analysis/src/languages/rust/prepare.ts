import { parseSyntax } from '../tree-sitter/syntax.ts';

/** Macros whose arguments are expressions: those of the standard library, and a few widely used ones. */
export const PLAIN_MACROS: ReadonlySet<string> = new Set(
  'assert assert_eq assert_ne debug_assert debug_assert_eq debug_assert_ne print println eprint eprintln format write writeln panic unreachable todo unimplemented dbg vec anyhow bail ensure'.split(
    ' ',
  ),
);

const ITEM =
  '(?:#\\[|pub\\b|mod\\b|fn\\b|use\\b|struct\\b|enum\\b|impl\\b|trait\\b|const\\b|static\\b|type\\b|unsafe\\b|async\\b|extern\\b)';
const TOKENS = new RegExp(
  [
    String.raw`\/\/.*`,
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`\bb?r(#*)"[\s\S]*?"\1`,
    String.raw`b?"(?:\\[\s\S]|[^"\\])*"`,
    String.raw`'(?:\\.[^'\n]*|[^\\'\n])'`,
    String.raw`\b(?<plain>${[...PLAIN_MACROS].join('|')})!(?=\s*[(\[])`,
    String.raw`(?<=^[ \t]*)(?<item>[\w:]+!\s*\{)(?=(?:\s|\/\/.*\n)*${ITEM})`,
    String.raw`[{}]`,
  ].join('|'),
  'gm',
);

interface Open {
  readonly start: number;
  /** Where the content of a macro's braces begins. */
  readonly inside?: number;
}

/**
 * Rewrites macros, because the parser does not read their arguments as code.
 *
 * If the arguments are expressions, `name!(…)` becomes `name (…)`. If a macro holds nothing but items, as `cfg_feature! { mod a; }`
 * does, only the items stay.
 */
export function prepare(source: string): string {
  if (!source.includes('!')) return source;
  const cuts: [start: number, end: number][] = [];
  const open: Open[] = [];
  for (const match of source.matchAll(TOKENS)) {
    const [text] = match;
    const { plain, item } = match.groups!;
    if (plain !== undefined)
      cuts.push(plain === 'vec' ? [match.index, match.index + text.length] : [match.index + plain.length, match.index + text.length]);
    else if (item !== undefined) open.push({ start: match.index, inside: match.index + item.length });
    else if (text === '{') open.push({ start: match.index });
    else if (text === '}') {
      const last = open.pop();
      if (last?.inside !== undefined && holdsItems(source.slice(last.inside, match.index)))
        cuts.push([last.start, last.inside], [match.index, match.index + 1]);
    }
  }
  let prepared = '';
  let at = 0;
  for (const [start, end] of cuts.sort(([a], [b]) => a - b)) {
    prepared += source.slice(at, start) + source.slice(start, end).replaceAll(/[^\n]/g, ' ');
    at = end;
  }
  return prepared + source.slice(at);
}

const ITEMS = /_item$|^(?:use_declaration|mod_item|macro_invocation|macro_definition|extern_crate_declaration|empty_statement)$|comment$/;

function holdsItems(text: string): boolean {
  if (text.includes('$')) return false;
  const root = parseSyntax('rust', text);
  return root.kind !== 'ERROR' && root.error === undefined && root.children.every(({ kind }) => ITEMS.test(kind));
}

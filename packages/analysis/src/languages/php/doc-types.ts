import type { FunctionNumber, TypeNumber } from '../../extraction/numbers.ts';
import { docCommentBefore } from '../tree-sitter/doc-comments.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { namedType } from './names.ts';

/** Types that tell less than a doc comment may. For these, the doc comment counts. */
const VAGUE = /^\??(?:array|iterable|object|mixed|callable)$/;

export function docOf(node: Syntax): string | undefined {
  return docCommentBefore(node, (text) => text.startsWith('/**'));
}

/** The type in `@var list<Item>`, if the written type is missing or tells nothing. */
export function documentedType(r: Reader, node: Syntax, written: Syntax | undefined): TypeNumber | undefined {
  if (written !== undefined && !VAGUE.test(written.text)) return r.type(written);
  const text = /@(?:phpstan-|psalm-)?var\s+(.+)/.exec(docOf(node) ?? '')?.[1];
  const type = text === undefined ? undefined : typeWritten(r, text);
  return type ?? (written === undefined ? undefined : r.type(written));
}

/** Reads `@param Item $x` and `@return Item` of a function that has just been defined. */
export function documentFunction(r: Reader, node: Syntax, fn: FunctionNumber): void {
  const doc = docOf(node);
  const record = r.model.functions[fn];
  if (doc === undefined || record === undefined) return;
  const params = node.field('parameters')?.children ?? [];
  for (const [, text = '', name = ''] of doc.matchAll(/@(?:phpstan-|psalm-)?param\s+(.+?)\s+(?:&|\.\.\.)*\$(\w+)/g)) {
    const index = record.params.findIndex((param) => param.name === name);
    const written = params[index]?.field('type');
    const type = index === -1 || (written !== undefined && !VAGUE.test(written.text)) ? undefined : typeWritten(r, text);
    const param = record.params[index];
    if (type !== undefined && param !== undefined) param.type = param.rest === true ? r.typeExpr(['array', type]) : type;
  }
  const returns = node.field('return_type');
  const text = /@(?:phpstan-|psalm-)?return\s+(.+)/.exec(doc)?.[1];
  const type = text === undefined || (returns !== undefined && !VAGUE.test(returns.text)) ? undefined : typeWritten(r, text);
  if (type !== undefined) record.returns = type;
}

/** The type at the beginning of a text; undefined if it names no class. */
function typeWritten(r: Reader, text: string): TypeNumber | undefined {
  const [type, rest] = union(r, text);
  // A type followed by a bracket or the like is of a kind that is not read here.
  return /^(?:\s|$)/.test(rest) ? type : undefined;
}

type Parsed = readonly [type: TypeNumber | undefined, rest: string];

function union(r: Reader, text: string): Parsed {
  const types: TypeNumber[] = [];
  let rest = text;
  for (;;) {
    const [type, after] = suffixed(r, rest.trimStart());
    if (type !== undefined) types.push(type);
    rest = after;
    if (!/^\s*\|/.test(rest)) break;
    rest = rest.replace(/^\s*\|/, '');
  }
  return [types.length === 0 ? undefined : types.length === 1 ? types[0] : r.typeExpr(['union', ...types]), rest];
}

/** `Item[]`, `list<Item>`, `array<string, Item>`, `?Item`, `(Item|Other)[]` */
function suffixed(r: Reader, text: string): Parsed {
  let [type, rest]: Parsed = text.startsWith('(') ? union(r, text.slice(1)) : single(r, text.replace(/^\?/, ''));
  if (text.startsWith('(')) rest = rest.replace(/^\s*\)/, '');
  while (rest.startsWith('[]')) {
    if (type !== undefined) type = r.typeExpr(['array', type]);
    rest = rest.slice(2);
  }
  return [type, rest];
}

const HOLDER =
  /^(?:(?:non-empty-)?(?:array|list)|iterable|\\?(?:Traversable|Iterator|IteratorAggregate|Generator|ArrayObject|SplObjectStorage))$/;

function single(r: Reader, text: string): Parsed {
  const name = /^[\\\w-]+/.exec(text)?.[0] ?? '';
  let rest = text.slice(name.length);
  const args: (TypeNumber | undefined)[] = [];
  if (rest.startsWith('<')) {
    do {
      const [type, after] = union(r, rest.slice(1));
      args.push(type);
      rest = after.trimStart();
    } while (rest.startsWith(','));
    rest = rest.replace(/^>/, '');
  }
  const element = HOLDER.test(name) ? args.at(-1) : undefined;
  if (element !== undefined) return [r.typeExpr(['array', element]), rest];
  if (/^(?:self|static|this)$/.test(name) && r.around !== undefined) return [r.typeExpr(['shape', r.around.shape]), rest];
  return [/^\\?[A-Z]/.test(name) ? namedType(r, name) : undefined, rest];
}

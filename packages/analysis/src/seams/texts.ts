import type { Member } from '../extraction/extraction.ts';
import type { BindingNumber, ExprNumber, FunctionNumber } from '../extraction/numbers.ts';
import type { Evaluator } from '../resolution/program/evaluator.ts';
import { findMembers } from '../resolution/types/members.ts';
import { importFrom, type Exported } from '../resolution/program/module-surface.ts';
import { nodeId } from '../resolution/relationships/node-id.ts';
import { targetsOf } from '../resolution/relationships/targets.ts';
import { typeOfExpression } from '../resolution/types/type-of-expression.ts';
import type { Unit } from '../resolution/program/unit.ts';
import { functionKey, isOutside, originOf } from './origins.ts';

/**
 * A text as far as the code shows it: known pieces, and holes. A hole may be a parameter of a function, or a member of one. Then the
 * callers of that function know what fills it.
 */
export type Piece = string | Hole;
export interface Hole {
  /** The function whose parameter it is, or the member of a class that subclasses set. */
  readonly of?: string;
  readonly isInherited?: true;
  readonly index?: number;
  readonly name?: string;
  /** It is one of these texts, depending on a condition. */
  readonly oneOf?: readonly Text[];
}
export type Text = readonly Piece[];

export const HOLE: Text = [{}];
const MAX_DEPTH = 24;
/** Calls that return the text they are given, in a form that matches a path as well as the original does. */
const PASSING =
  /(?:^|[.:])(?:encodeURIComponent|encodeURI|String|str|quote|toString|trim|String\.valueOf|URI\.create|uri|rstrip|strip|url|parse)\(\)$/;

/** The text that an expression has; a hole if nothing of it is known. */
export function textOf(e: Evaluator, unit: Unit, number: ExprNumber, depth = 0): Text {
  if (depth > MAX_DEPTH) return HOLE;
  const expr = unit.extraction.exprs[number]!;
  const of = (other: ExprNumber): Text => textOf(e, unit, other, depth + 1);
  switch (expr[0]) {
    case 'text':
    case 'lit':
      return [expr[1]];
    case 'concat':
      return (expr.slice(2) as ExprNumber[]).flatMap((part) => of(part));
    case 'name':
      return ofBinding(e, unit, expr[1], depth);
    case 'param':
      return [{ of: functionKey(unit, expr[1]), index: expr[2] }];
    case '.': {
      const object = unit.extraction.exprs[expr[1]]!;
      if (object[0] === 'param') return [{ of: functionKey(unit, object[1]), index: object[2], name: expr[2] }];
      const origin = originOf(e, unit, expr[1]);
      if (origin?.by === 'go/net/http:') return constantOfGo(expr[2]);
      if (expr[2] === 'href') return of(expr[1]);
      const found = findMembers(e, typeOfExpression(e, unit, expr[1], undefined), expr[2])[0];
      if (found === undefined) return HOLE;
      if (found.k === 'exported') return ofExported(e, found.exported, depth);
      if (found.member.init !== undefined && found.member.fn === undefined) return textOf(e, found.unit, found.member.init, depth + 1);
      if (found.member.binding !== undefined) return ofBinding(e, found.unit, found.member.binding, depth + 1);
      return setBySubclasses(found.unit, found.member);
    }
    case 'or':
    case 'else': {
      const texts = (expr.slice(1) as ExprNumber[]).map((part) => of(part)).filter(isKnown);
      return oneOf(texts);
    }
    case 'await':
    case 'nonnull':
      return of(expr[1]);
    case 'call':
    case 'make':
    case 'new':
      return ofCall(e, unit, expr, depth);
    default:
      return HOLE;
  }
}

/** Texts beyond this number are no alternatives that a request is made for each of. */
const MAX_ALTERNATIVES = 4;

function oneOf(texts: readonly Text[]): Text {
  const distinct = [...new Map(texts.map((text) => [JSON.stringify(text), text])).values()];
  if (distinct.length === 1) return distinct[0]!;
  return distinct.length === 0 || distinct.length > MAX_ALTERNATIVES ? HOLE : [{ oneOf: distinct }];
}

/** Every text that this one may be. Only the first two pieces that depend on a condition are taken apart. */
export function alternatives(text: Text, depth = 0): readonly Text[] {
  const at = text.findIndex((piece) => typeof piece !== 'string' && piece.oneOf !== undefined);
  if (at === -1 || depth === 2) return [text];
  return (text[at] as Hole).oneOf!.flatMap((each) => alternatives([...text.slice(0, at), ...each, ...text.slice(at + 1)], depth + 1));
}

export function isKnown(text: Text): boolean {
  return text.some((piece) => typeof piece === 'string' || piece.oneOf !== undefined);
}

/** The text, if it has no holes. */
export function literal(text: Text): string | undefined {
  return text.every((piece) => typeof piece === 'string') ? text.join('') : undefined;
}

function constantOfGo(name: string): Text {
  return name.startsWith('Method') ? [name.slice('Method'.length).toUpperCase()] : HOLE;
}

function ofBinding(e: Evaluator, unit: Unit, number: BindingNumber, depth: number): Text {
  e.touch(unit.bindingFacet(number));
  const binding = unit.extraction.bindings[number]!;
  if (binding.from !== undefined) return ofExported(e, importFrom(e, unit, binding.from), depth);
  return binding.init === undefined || binding.mutable === true ? HOLE : textOf(e, unit, binding.init, depth + 1);
}

function ofExported(e: Evaluator, found: Exported | undefined, depth: number): Text {
  if (found?.k === 'binding') return ofBinding(e, found.unit, found.binding, depth + 1);
  return found?.k === 'expr' ? textOf(e, found.unit, found.expr, depth + 1) : HOLE;
}

function ofCall(
  e: Evaluator,
  unit: Unit,
  [, callee, args]: readonly ['call' | 'make' | 'new', ExprNumber, ExprNumber[], ...unknown[]],
  depth: number,
): Text {
  const of = (other: ExprNumber | undefined): Text => (other === undefined ? HOLE : textOf(e, unit, other, depth + 1));
  const target = unit.extraction.exprs[callee]!;
  if (target[0] === '.') {
    const name = target[2];
    // '/items/{id}'.replace('{id}', …), `${url}`.toString()
    if (name === 'replace') return withoutOrigin(of(target[1]), literal(of(args[0])));
    if (name === 'toString' || name === 'rstrip' || name === 'strip' || name === 'trim') return of(target[1]);
    if (name === 'format') return of(target[1]).flatMap((piece) => (typeof piece === 'string' ? withHoles(piece, /\{[^{}]*\}/) : [piece]));
  }
  const origin = originOf(e, unit, callee);
  if (origin !== undefined && isOutside(origin)) {
    const by = `${origin.by}()`;
    if (/(?:^|[.:])URL\(\)$/.test(by)) return args[1] === undefined ? of(args[0]) : under(of(args[1]), of(args[0]));
    if (by === 'python/urllib.parse:urljoin()') return under(of(args[0]), of(args[1]));
    if (/^python\/os:(?:environ\.get|getenv)\(\)$/.test(by)) return of(args[1]);
    if (by === 'go/fmt:Sprintf()') return formatted(of(args[0]), args.slice(1).map(of));
    return PASSING.test(by) ? of(args[0]) : HOLE;
  }
  const { targets } = targetsOf(e, unit, callee);
  const [only] = targets;
  if (targets.length !== 1 || only === undefined) return target[0] === '.' ? memberSet(e, unit, target[1], target[2]) : HOLE;
  const fn = only.unit.extraction.functions.findIndex(({ node }) => node === only.node) as FunctionNumber;
  if (fn === -1) return HOLE;
  e.touch(only.unit.functionFacet(fn));
  const { returned, path, made } = only.unit.extraction.functions[fn]!;
  const value = path ?? (returned?.length === 1 ? returned[0] : undefined) ?? made;
  if (value === undefined) return target[0] === '.' ? memberSet(e, unit, target[1], target[2]) : HOLE;
  const key = functionKey(only.unit, fn);
  return textOf(e, only.unit, value, depth + 1).flatMap((piece) =>
    typeof piece !== 'string' && piece.of === key && piece.name === undefined ? of(args[piece.index ?? -1]) : [piece],
  );
}

/** `url.toString().replace('http://localhost', '')` takes the origin away. What else is replaced in a path is a parameter. */
function withoutOrigin(text: Text, taken: string | undefined): Text {
  const [first, ...rest] = text;
  if (taken === undefined || !/^https?:/.test(taken) || typeof first !== 'string' || !first.startsWith(taken)) return text;
  return [first.slice(taken.length), ...rest];
}

/** The text of an expression, or the one that is returned by the function that it is. */
export function textGivenBy(e: Evaluator, unit: Unit, number: ExprNumber): Text {
  const text = textOf(e, unit, number);
  return isKnown(text) ? text : ofCall(e, unit, ['call', number, []], 0);
}

/** What a call of a member without a body returns: `this.itemRoute(id)`. */
function memberSet(e: Evaluator, unit: Unit, object: ExprNumber, name: string): Text {
  const [found] = findMembers(e, typeOfExpression(e, unit, object, undefined), name);
  return found?.k === 'member' ? setBySubclasses(found.unit, found.member) : HOLE;
}

function setBySubclasses(unit: Unit, member: Member): Text {
  const key = openMember(unit, member);
  return key === undefined ? HOLE : [{ of: key, index: 0, isInherited: true }];
}

/** A name for a member of a class that has no value there, in all files; undefined if the member has one. */
export function openMember(unit: Unit, member: Member): string | undefined {
  if (member.init !== undefined || member.binding !== undefined) return undefined;
  const fn = member.fn === undefined ? undefined : unit.extraction.functions[member.fn]!;
  if (fn !== undefined && (fn.path !== undefined || fn.made !== undefined || (fn.returned?.length ?? 0) > 0)) return undefined;
  const shape = unit.extraction.shapes.find(({ kind, members }) => kind === 'class' && members.includes(member));
  return shape?.node === undefined ? undefined : `${nodeId(unit, shape.node)}.${member.name}`;
}

/** `new URL(path, base)`: a path that begins at the root replaces the path of the base. */
function under(base: Text, given: Text): Text {
  const path = given.filter((piece) => piece !== '');
  const [first] = path;
  if (typeof first === 'string' && /^[a-z][a-z+.-]*:\/\//i.test(first)) return path;
  const [origin = {}] = base;
  // `${url.pathname}/items`: whatever comes before is the base.
  if (typeof first !== 'string' && first?.of === undefined && base.every((piece) => typeof piece !== 'string')) return path;
  if (typeof first === 'string' && first.startsWith('/')) {
    if (typeof origin !== 'string') return [origin, ...path];
    return [/^[a-z][a-z+.-]*:\/\/[^/]*/i.exec(origin)?.[0] ?? '', ...path];
  }
  if (typeof first !== 'string' && first?.of !== undefined) return [...base, ...path]; // what callers pass begins with a slash
  const last = base.at(-1);
  return [...base, ...(typeof last === 'string' && last.endsWith('/') ? [] : ['/']), ...path];
}

/** `%s/items/%d` */
function formatted(format: Text, args: readonly Text[]): Text {
  let next = 0;
  return format.flatMap((piece) =>
    typeof piece === 'string'
      ? withHoles(piece, /%[-+#\d.]*[a-zA-Z]/).flatMap((part) => (typeof part === 'string' ? [part] : (args[next++] ?? HOLE)))
      : [piece],
  );
}

function withHoles(text: string, hole: RegExp): Piece[] {
  return text.split(hole).flatMap((part, i) => (i === 0 ? [part] : [{}, part]));
}

import type { PassRecord, RequestRecord } from './records.ts';
import { literal, type Hole, type Piece, type Text } from './texts.ts';

const MAX_DEPTH = 4;
const MAX_CALLERS = 2000;

/** Expands a request whose path is a parameter of its function: each caller that passes a path makes the request instead. */
export function expandRequest(request: RequestRecord, passes: ReadonlyMap<string, readonly PassRecord[]>, depth = 0): RequestRecord[] {
  if (depth >= MAX_DEPTH) return [request];
  const callers = holesOf(request.url)
    .map((hole) => (passes.get(hole.of ?? '') ?? []).filter(({ args }) => givesPath(fill(hole, args))))
    .find(({ length }) => length > 0);
  if (callers === undefined) return [request];
  return callers.slice(0, MAX_CALLERS).flatMap(({ source, offset, args, callee, isInherited }) => {
    const put = (text: Text): Text =>
      text.flatMap((piece) => (typeof piece !== 'string' && piece.of === callee ? fill(piece, args) : [piece]));
    const url = put(request.url);
    const method = methodOf(put([request.method]), request.method, callee);
    const base = request.base === undefined ? {} : { base: put(request.base) };
    const by = isInherited === true ? { source: request.source, offset: request.offset } : { source, offset };
    const evident = request.isEvident === true ? ({ isEvident: true } as const) : {};
    return expandRequest({ ...by, method, url, ...base, ...evident }, passes, depth + 1);
  });
}

/**
 * The holes that a path may be put into: the last one that is no base, then those that subclasses set. A hole before a slash at the
 * beginning is a base.
 */
function holesOf(url: Text): Hole[] {
  const holes = url.filter((piece): piece is Hole => typeof piece !== 'string' && piece.of !== undefined);
  const isBase = (hole: Hole): boolean => {
    const next = url[url.indexOf(hole) + 1];
    return typeof next === 'string' && next.startsWith('/');
  };
  const given = holes.findLast((hole) => hole.isInherited !== true && !isBase(hole));
  return [...(given === undefined ? [] : [given]), ...holes.filter(({ isInherited }) => isInherited)];
}

function fill(hole: Hole, args: PassRecord['args']): Text {
  const arg = args[hole.index ?? -1];
  if (arg === undefined) return [{}];
  return hole.name === undefined ? arg.text : (arg.members[hole.name] ?? [{}]);
}

function givesPath(text: Text): boolean {
  return text.some((piece) => (typeof piece === 'string' ? piece.includes('/') : (piece.of ?? piece.oneOf) !== undefined));
}

/** GET if the caller could have passed a method and did not. */
function methodOf(filled: Text, before: Piece, callee: string): Piece {
  const method = literal(filled);
  if (method !== undefined && /^[a-z]+$/i.test(method)) return method.toUpperCase();
  const [first = {}] = filled;
  const wasOpen = typeof before !== 'string' && before.of === callee;
  if (typeof first !== 'string' && first.of === undefined && wasOpen) return 'GET';
  return typeof first === 'string' ? {} : first;
}

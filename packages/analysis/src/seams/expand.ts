import type { PassRecord, RequestRecord } from './records.ts';
import { literal, type Hole, type Piece, type Text } from './texts.ts';

const MAX_DEPTH = 4;
const MAX_CALLERS = 2000;

/** Expands a request whose path is a parameter of its function: each caller that passes a path makes the request instead. */
export function expandRequest(request: RequestRecord, passes: ReadonlyMap<string, readonly PassRecord[]>, depth = 0): RequestRecord[] {
  const hole = pathHole(request.url);
  if (hole?.of === undefined || depth >= MAX_DEPTH) return [request];
  const callers = (passes.get(hole.of) ?? []).filter(({ args }) => givesPath(fill(hole, args)));
  if (callers.length === 0) return [request];
  return callers.slice(0, MAX_CALLERS).flatMap(({ source, offset, args, callee }) => {
    const put = (text: Text): Text =>
      text.flatMap((piece) => (typeof piece !== 'string' && piece.of === callee ? fill(piece, args) : [piece]));
    const url = put(request.url);
    const method = methodOf(put([request.method]), request.method, callee);
    const base = request.base === undefined ? {} : { base: put(request.base) };
    return expandRequest({ source, offset, method, url, ...base }, passes, depth + 1);
  });
}

/** The hole that the path, or its last part, is put into. A hole before a slash at the beginning is a base. */
function pathHole(url: Text): Hole | undefined {
  const holes = url.filter((piece, i): piece is Hole => {
    const next = url[i + 1];
    return typeof piece !== 'string' && piece.of !== undefined && !(typeof next === 'string' && next.startsWith('/'));
  });
  return holes.at(-1);
}

function fill(hole: Hole, args: PassRecord['args']): Text {
  const arg = args[hole.index ?? -1];
  if (arg === undefined) return [{}];
  return hole.name === undefined ? arg.text : (arg.members[hole.name] ?? [{}]);
}

function givesPath(text: Text): boolean {
  return text.some((piece) => (typeof piece === 'string' ? piece.includes('/') : piece.of !== undefined));
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

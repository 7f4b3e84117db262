import { segmentsOf, type Segment } from './path-pattern.ts';
import type { Piece, Text } from './texts.ts';

/** The address that a request is sent to. */
export interface Address {
  readonly segments: readonly Segment[];
  /** Whether it begins at the root of a server, so that nothing unknown comes before it. */
  readonly isWhole: boolean;
  /** Whether something unknown comes right before the first part, without a slash. */
  readonly isGlued: boolean;
  readonly endsWithSlash: boolean;
}

const HOLE = '\0';
const SCHEME = /^(https?):\/\/([^/?#]*)/i;

/** @returns undefined if it leads to another site, or if nothing of it is known */
export function addressOf(base: Text | undefined, url: Text): Address | undefined {
  const path = textWithHoles(url);
  const before = base === undefined || SCHEME.test(path) ? undefined : textWithHoles(base);
  let whole = before === undefined || before === '' ? path : `${before.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
  let isWhole = true;
  let isGlued = false;
  const scheme = SCHEME.exec(whole);
  if (scheme !== null) {
    if (isForeign(scheme[2]!)) return undefined;
    whole = whole.slice(scheme[0].length);
  } else if (/^\0(?::\/\/|\/\/)[^/]*/.test(whole)) whole = whole.replace(/^\0(?::\/\/|\/\/)[^/]*/, '');
  else if (/^[a-z][a-z\d+.-]*:/i.test(whole) || whole.startsWith('//')) return undefined;
  else if (whole.startsWith(HOLE)) {
    isWhole = false;
    const rest = whole.slice(1).replace(/^:[\d\0]+/, '');
    // `${base}items`: the base may end with a slash.
    isGlued = /^[a-z][\w-]*(?:[/?#\0]|$)/i.test(rest);
    if (!isGlued && !rest.startsWith('/')) return undefined;
    whole = isGlued ? `/${rest}` : rest;
  } else if (!whole.startsWith('/')) isWhole = false;
  const end = whole.search(/[?#]/);
  if (end !== -1) whole = whole.slice(0, end);
  // A hole right after a name, without a slash, is a query: `/items${query}`.
  whole = whole.replace(/([^/\0])\0$/, '$1');
  if (whole === '' && !isWhole) return undefined;
  const segments = segmentsOf(
    whole
      .split('/')
      .map((segment) => (segment.includes(HOLE) ? '{_}' : segment))
      .join('/'),
  );
  return { segments, isWhole, isGlued, endsWithSlash: whole.endsWith('/') };
}

function textWithHoles(text: readonly Piece[]): string {
  return text.map((piece) => (typeof piece === 'string' ? piece : HOLE)).join('');
}

/** Whether a host certainly belongs to another program. A name without a dot belongs to the program's own network. */
function isForeign(host: string): boolean {
  const name = host.replace(/^[^@]*@/, '').replace(/:[\d\0]*$/, '');
  if (name === '' || name.includes(HOLE) || name.startsWith('[')) return false;
  if (!name.includes('.') || /^(?:127\.|0\.0\.0\.0$)/.test(name)) return false;
  return !/\.(?:localhost|local|internal|test)$/.test(name);
}

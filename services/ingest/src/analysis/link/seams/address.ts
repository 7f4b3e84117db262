import { segmentsOf, type Segment } from './path-pattern.ts';
import type { Piece, Text } from './texts.ts';

/** What a request asks for. */
export interface Address {
  readonly segments: readonly Segment[];
  /** Whether it begins at the root of a server: nothing unknown comes before. */
  readonly isWhole: boolean;
  readonly endsWithSlash: boolean;
}

const HOLE = '\0';
const SCHEME = /^(https?):\/\/([^/?#]*)/i;

/** @returns undefined where it leads to another site, or nothing is known of it */
export function addressOf(base: Text | undefined, url: Text): Address | undefined {
  const path = textWithHoles(url);
  const before = base === undefined || SCHEME.test(path) ? undefined : textWithHoles(base);
  let whole = before === undefined || before === '' ? path : `${before.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
  let isWhole = true;
  const scheme = SCHEME.exec(whole);
  if (scheme !== null) {
    if (isForeign(scheme[2]!)) return undefined;
    whole = whole.slice(scheme[0].length);
  } else if (/^\0(?::\/\/|\/\/)[^/]*/.test(whole)) whole = whole.replace(/^\0(?::\/\/|\/\/)[^/]*/, '');
  else if (/^[a-z][a-z\d+.-]*:/i.test(whole) || whole.startsWith('//')) return undefined;
  else if (whole.startsWith(HOLE)) {
    isWhole = false;
    const rest = whole.slice(1).replace(/^:[\d\0]+/, '');
    if (!rest.startsWith('/')) return undefined;
    whole = rest;
  } else if (!whole.startsWith('/')) isWhole = false;
  const end = whole.search(/[?#]/);
  if (end !== -1) whole = whole.slice(0, end);
  // What follows a name without a slash is a query: `/items${query}`.
  whole = whole.replace(/([^/\0])\0$/, '$1');
  if (whole === '' && !isWhole) return undefined;
  const segments = segmentsOf(
    whole
      .split('/')
      .map((segment) => (segment.includes(HOLE) ? '{_}' : segment))
      .join('/'),
  );
  return { segments, isWhole, endsWithSlash: whole.endsWith('/') };
}

function textWithHoles(text: readonly Piece[]): string {
  return text.map((piece) => (typeof piece === 'string' ? piece : HOLE)).join('');
}

/** Whether a host is one that is not this program's for certain. A name without a dot is one of the own network. */
function isForeign(host: string): boolean {
  const name = host.replace(/^[^@]*@/, '').replace(/:[\d\0]*$/, '');
  if (name === '' || name.includes(HOLE) || name.startsWith('[')) return false;
  if (!name.includes('.') || /^(?:127\.|0\.0\.0\.0$)/.test(name)) return false;
  return !/\.(?:localhost|local|internal|test)$/.test(name);
}

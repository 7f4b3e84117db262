import { isOffset, type Offset } from '@graphtail/facts';

/** Where a reader starts: the parsed form of `from`. */
export type Position =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'offset'; readonly offset: Offset }
  | { readonly kind: 'last'; readonly count: number }
  | { readonly kind: 'time'; readonly ms: number };

/** Undefined if the text is none of `earliest`, `latest`, `<epoch>-<seq>`, `last:<n>`, `ts:<ISO 8601 time>`. */
export function parsePosition(text: string): Position | undefined {
  if (text === 'earliest' || text === 'latest') return { kind: text };
  if (isOffset(text)) return { kind: 'offset', offset: text };
  const last = /^last:(\d{1,9})$/.exec(text);
  if (last) return { kind: 'last', count: Number(last[1]) };
  const time = /^ts:(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))$/.exec(text);
  const ms = time === null ? NaN : Date.parse(time[1]!);
  return Number.isNaN(ms) ? undefined : { kind: 'time', ms };
}

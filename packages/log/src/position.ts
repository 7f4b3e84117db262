import { isOffset, parseTime, seqOfPlace, type Offset } from '@graphtail/facts';

/** Where a reader starts: the parsed form of `from`. */
export type Position =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'offset'; readonly offset: Offset }
  | { readonly kind: 'seq'; readonly seq: number }
  | { readonly kind: 'last'; readonly count: number }
  | { readonly kind: 'time'; readonly ms: number };

/** Undefined if the text is none of `earliest`, `latest`, `<epoch>-<seq>`, `#<seq>`, `last:<n>`, `ts:<ISO 8601 time>`. */
export function parsePosition(text: string): Position | undefined {
  if (text === 'earliest' || text === 'latest') return { kind: text };
  if (isOffset(text)) return { kind: 'offset', offset: text };
  const last = /^last:(\d{1,9})$/.exec(text);
  if (last) return { kind: 'last', count: Number(last[1]) };
  const seq = seqOfPlace(text);
  if (seq !== undefined) return { kind: 'seq', seq };
  const ms = text.startsWith('ts:') ? parseTime(text.slice('ts:'.length)) : undefined;
  return ms === undefined ? undefined : { kind: 'time', ms };
}

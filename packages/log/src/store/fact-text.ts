import { ABSENT } from './relationship-columns.ts';

/** A text in a part of {@link bytes}. */
export type Part = { from: number; to: number };

/** What the text of a `relationship_added` says. One object is filled again and again: it is valid until the next text is read. */
export type RelationshipText = {
  /** The bytes that the parts are about. */
  bytes: Uint8Array;
  readonly source: Part;
  readonly type: Part;
  readonly target: Part;
  readonly file: Part;
  /** From -1 if absent. */
  readonly resolution: Part;
  /** NaN if absent. */
  confidence: number;
  /** ABSENT if absent, as `count`. */
  lineOffset: number;
  count: number;
  hi: number;
  lo: number;
};

const part = (): Part => ({ from: -1, to: -1 });
const found: RelationshipText = {
  ...{ bytes: new Uint8Array(64 * 1024), source: part(), type: part(), target: part(), file: part(), resolution: part() },
  ...{ confidence: NaN, lineOffset: ABSENT, count: ABSENT, hi: 0, lo: 0 },
};
let { bytes } = found;
const encoder = new TextEncoder();

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const BAR = 0x7c;
const FIRST_PRINTABLE = 0x20;
const HEX_DIGITS = 16;

const [OFFSET, TIMESTAMP, ENTITY, HASH, DATA] = [
  '{"offset":"',
  '","timestamp":"',
  '","event_type":"relationship_added","entity_type":"relationship","entity_id":"',
  '","entity_hash":"',
  '","data":{',
].map((text) => encoder.encode(text)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const [CONFIDENCE, COUNT, FILE, ID, LINE, TYPE, RESOLUTION, SOURCE, TARGET, END] = [
  '"confidence":',
  '"count":',
  '"file_path":"',
  '","id":"',
  '","line_offset":',
  ',"relationship_type":"',
  '","resolution":"',
  '","source_id":"',
  '","target_id":"',
  '"}}',
].map((text) => encoder.encode(text)) as [
  ...[Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array],
  ...[Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array],
];

/**
 * Reads a `relationship_added` in the exact form that producers write: envelope, then the relationship's canonical JSON, without an escape
 * and with an id that is made of its ends and type. It looks at every byte, so that a text that it accepts is a fact.
 * @returns undefined for any other text, which has to be parsed
 */
export function readRelationshipAdded(json: string): Readonly<RelationshipText> | undefined {
  if (json.length * 3 > bytes.length) bytes = found.bytes = new Uint8Array(json.length * 4);
  const length = encoder.encodeInto(json, bytes).written;
  bytes[length] = 0; // ends every search
  const { source, type, target, file, resolution } = found;

  let at = after(OFFSET, 0);
  at = afterOffset(at);
  at = afterText(after(TIMESTAMP, at));
  const id = after(ENTITY, at);
  const idEnd = afterText(id);
  source.from = id;
  source.to = barAfter(id, idEnd);
  type.from = source.to + 1;
  type.to = barAfter(type.from, idEnd);
  target.from = type.to + 1;
  target.to = idEnd;
  if (source.to < 0 || type.to < 0 || source.to === source.from) return undefined;

  at = after(HASH, idEnd);
  if (at < 0 || !readLanes(at)) return undefined;
  at = after(DATA, at + HEX_DIGITS);
  if (at < 0) return undefined;
  found.confidence = NaN;
  if (bytes[at + 1] === CONFIDENCE[1] && bytes[at + 3] === CONFIDENCE[3]) {
    at = afterNumber(after(CONFIDENCE, at));
    if (at < 0) return undefined;
    found.confidence = fraction;
  }
  found.count = ABSENT;
  if (bytes[at + 1] === COUNT[1]) {
    at = afterWhole(after(COUNT, at));
    if (at < 0) return undefined;
    found.count = whole;
    at++;
  }
  file.from = after(FILE, at);
  file.to = afterText(file.from);
  at = afterSame(after(ID, file.to), id, idEnd);
  found.lineOffset = ABSENT;
  if (at < 0 || bytes[at] !== QUOTE) return undefined;
  if (bytes[at + 3] === LINE[3]) {
    at = afterWhole(after(LINE, at));
    found.lineOffset = whole;
  } else at++;
  at = afterSame(after(TYPE, at), type.from, type.to);
  resolution.from = -1;
  if (at >= 0 && bytes[at + 3] === RESOLUTION[3] && bytes[at + 5] === RESOLUTION[5]) {
    resolution.from = after(RESOLUTION, at);
    at = resolution.to = afterText(resolution.from);
  }
  at = afterSame(after(SOURCE, at), source.from, source.to);
  at = afterSame(after(TARGET, at), target.from, target.to);
  return after(END, at) === length ? found : undefined;
}

/** Each of these returns the place after what it reads; -1 if that is not there, or if `at` is -1. */
function after(expected: Uint8Array, at: number): number {
  if (at < 0) return -1;
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return -1;
  return at + expected.length;
}

function afterSame(at: number, from: number, to: number): number {
  if (at < 0) return -1;
  const way = at - from;
  for (let i = from; i < to; i++) if (bytes[way + i] !== bytes[i]) return -1;
  return at + to - from;
}

/** The place of the quote after a text without an escape. */
function afterText(at: number): number {
  if (at < 0) return -1;
  for (let end = at; ; end++) {
    const byte = bytes[end]!;
    if (byte === QUOTE) return end;
    if (byte === BACKSLASH || byte < FIRST_PRINTABLE) return -1;
  }
}

function barAfter(from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === BAR) return at;
  return -1;
}

/** An offset whose numbers are below 2^53 for certain: at most 15 digits, or 16 of which the first is below 9. */
function afterOffset(at: number): number {
  const dash = afterDigits(at);
  return dash < 0 || bytes[dash] !== MINUS ? -1 : afterDigits(dash + 1);
}

function afterDigits(from: number): number {
  if (from < 0) return -1;
  let at = from;
  while (isDigit(bytes[at]!)) at++;
  const [digits, first] = [at - from, bytes[from]];
  if (digits === 0 || digits > 16 || (digits === 16 && first === NINE) || (digits > 1 && first === ZERO)) return -1;
  return at;
}

/** Reads the two lanes of a hash. False if these are not hex digits. */
function readLanes(from: number): boolean {
  let [hi, lo] = [0, 0];
  for (let at = from; at < from + HEX_DIGITS; at++) {
    const byte = bytes[at]!;
    const digit = isDigit(byte) ? byte - ZERO : byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
    if (digit < 0) return false;
    if (at < from + HEX_DIGITS / 2) hi = (hi << 4) | digit;
    else lo = (lo << 4) | digit;
  }
  found.hi = hi;
  found.lo = lo;
  return true;
}

/** The number that {@link afterWhole} has read. */
let whole = 0;

/** The place of the comma after a whole number of at most nine digits. */
function afterWhole(from: number): number {
  if (from < 0) return -1;
  const first = bytes[from] === MINUS ? from + 1 : from;
  let at = first;
  let value = 0;
  for (; isDigit(bytes[at]!); at++) value = value * 10 + (bytes[at]! - ZERO);
  const digits = at - first;
  if (digits === 0 || digits > 9 || bytes[at] !== COMMA) return -1;
  if (bytes[first] === ZERO && (digits > 1 || first > from)) return -1;
  whole = first > from ? -value : value;
  return at;
}

/** The number that {@link afterNumber} has read. */
let fraction = 0;

/**
 * The place after the comma after a number without sign and exponent. Up to 15 digits and the power of ten are exact as doubles, so that
 * their quotient is what a parser makes of the text.
 */
function afterNumber(from: number): number {
  if (from < 0) return -1;
  let at = from;
  let value = 0;
  let scale = 1;
  for (; isDigit(bytes[at]!); at++) value = value * 10 + (bytes[at]! - ZERO);
  if (at === from || (at > from + 1 && bytes[from] === ZERO)) return -1;
  if (bytes[at] === POINT) {
    const point = at++;
    for (; isDigit(bytes[at]!); at++) {
      value = value * 10 + (bytes[at]! - ZERO);
      scale *= 10;
    }
    if (at === point + 1) return -1;
  }
  if (at - from > 15 || bytes[at] !== COMMA) return -1;
  fraction = value / scale;
  return at + 1;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

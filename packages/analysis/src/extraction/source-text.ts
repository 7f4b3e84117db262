import { hash } from 'node:crypto';

/** In bytes. Larger files are data or generated code. They get a file node that says so, without symbols. */
export const MAX_SOURCE_BYTES = 1024 * 1024;

const MINIFIED_NAME = /[.-]min\.[cm]?jsx?$/;
const MINIFIED_MIN_CHARS = 8 * 1024;
const MINIFIED_LINE_CHARS = 400;

/** The reason why a larger file is skipped. */
export const TOO_LARGE = 'larger than 1 MiB';

/** The hash in file nodes: the first half of SHA-256 over the bytes as they are on disk. */
export function contentHashOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex').slice(0, 32);
}

/** @returns the text without a byte order mark, or the reason why the file is not analysed */
export function sourceTextOf(bytes: Uint8Array, fileName: string): { text: string } | { skip: string } {
  if (bytes.length > MAX_SOURCE_BYTES) return { skip: TOO_LARGE };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes) };
  if (bytes.subarray(0, 8192).includes(0)) return { skip: 'binary' };
  // Not fatal: a byte that is not UTF-8 becomes U+FFFD, and the rest of the file is still useful.
  const text = new TextDecoder('utf-8').decode(bytes);
  return looksMinified(text, fileName) ? { skip: 'minified' } : { text };
}

function looksMinified(text: string, fileName: string): boolean {
  if (MINIFIED_NAME.test(fileName)) return true;
  // Minifiers do not write TypeScript or JSX. Long lines there are the path of a drawing, or a font as text.
  return /\.[cm]?js$/.test(fileName) && hasLongLines(text);
}

/** Whether a script is longer than a page, and its lines are as long as only minifiers write them. */
export function hasLongLines(text: string): boolean {
  if (text.length < MINIFIED_MIN_CHARS) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return text.length / lines > MINIFIED_LINE_CHARS;
}

/** Counts lines as editors do: a last line feed does not begin another line, and an empty file has one line. */
export function lineCountOf(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < text.length - 1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

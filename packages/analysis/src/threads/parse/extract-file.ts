import { SKIPPED } from '@graphtail/facts/plain';
import { emptyExtraction, type Extraction } from '../../extraction/extraction.ts';
import { NO_NODE } from '../../extraction/numbers.ts';
import { readSource, type SourceBytes } from '../../files/read-source.ts';
import { FOLDER, FileRefused } from '../../files/regular-file.ts';
import { saysGenerated } from '../../extraction/origin.ts';
import { lineCountOf, sourceTextOf } from '../../extraction/source-text.ts';
import { languageOfFound } from '../../languages/languages.ts';
import type { CacheKind } from '../cache-file.ts';
import type { LateWrites } from './late-writes.ts';

/** Extractions by content. */
export const EXTRACTIONS: CacheKind = { name: 'extractions', form: 4 };

/** A file's extraction as JSON, and the fields of it that are needed without parsing the JSON. */
export interface ExtractionText {
  readonly contentHash: string;
  readonly parseError: string | undefined;
  readonly json: string;
}

export type Extracted = (ExtractionText & { readonly cached: boolean }) | { readonly gone: true };

/**
 * Reads one file and extracts it, or takes its extraction from the cache.
 *
 * No content of a file is an error: a file that can't be extracted becomes a file node with `parse_error`. A missing file is `gone`.
 *
 * @param anew extract it even if the cache has it, and replace the cache's entry
 */
export function extractFile(root: string, path: string, cache: Pick<LateWrites, 'get' | 'put'> | undefined, anew = false): Extracted {
  let source: SourceBytes;
  try {
    source = readSource(root, path);
  } catch (error) {
    const code = error instanceof FileRefused ? error.message : (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === FOLDER) return { gone: true };
    return { ...textOf(withoutContent(path, 'unreadable', `unreadable: ${code ?? 'unknown error'}`)), cached: false };
  }
  const { contentHash } = source;
  if ('skip' in source) return { ...textOf(withoutContent(path, contentHash, `${SKIPPED}${source.skip}`)), cached: false };
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  const key = `${contentHash}-${languageOfFound(path)?.language === 'config' ? fileName : fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase()}`;
  const known = anew ? undefined : cache?.get(key);
  if (known !== undefined) return { contentHash, ...fromEntry(known), cached: true };
  const text = textOf(extractBytes(source.bytes, path, fileName, contentHash));
  cache?.put(key, toEntry(text));
  return { ...text, cached: false };
}

export function textOf(extraction: Extraction): ExtractionText {
  const { contentHash } = extraction;
  return {
    contentHash,
    parseError: extraction.kind === 'source' ? extraction.nodes[0]?.parse_error : undefined,
    json: JSON.stringify(extraction),
  };
}

/** An entry of the cache: one line with the parse error (empty if there is none), then the extraction. */
function toEntry({ parseError = '', json }: ExtractionText): string {
  return `${parseError.replaceAll('\n', ' ')}\n${json}`;
}

function fromEntry(entry: string): Pick<ExtractionText, 'parseError' | 'json'> {
  const end = entry.indexOf('\n');
  return { parseError: end === 0 ? undefined : entry.slice(0, end), json: entry.slice(end + 1) };
}

export function extractBytes(bytes: Uint8Array, path: string, fileName: string, contentHash: string): Extraction {
  const found = languageOfFound(path);
  if (found === undefined) throw new TypeError(`no language for ${path}`);
  const source = sourceTextOf(bytes, fileName);
  if ('skip' in source) return withoutContent(path, contentHash, `${SKIPPED}${source.skip}`);
  try {
    const extraction = found.plugin.extract(source.text, fileName, contentHash);
    if (extraction.kind === 'source' && saysGenerated(source.text)) extraction.isGenerated = true;
    return extraction;
  } catch (error) {
    return withoutContent(path, contentHash, describe(error), lineCountOf(source.text));
  }
}

/** A file node without symbols, with the reason as `parse_error`. */
export function withoutContent(path: string, contentHash: string, parseError: string, lines = 1): Extraction {
  const language = languageOfFound(path)?.language ?? 'unknown';
  if (language === 'config') return { kind: 'config', contentHash, config: undefined };
  const file = { name: '', type: 'file', parent: NO_NODE, suffix: '', qualifiedName: '', start: 1, end: lines, complexity: 0 } as const;
  return {
    ...emptyExtraction(language, contentHash),
    nodes: [{ ...file, parse_error: parseError }],
  };
}

function describe(error: unknown): string {
  // The parser and the extraction recurse: a file with about ten thousand nested levels ends here.
  if (error instanceof RangeError) return 'nested too deeply';
  return error instanceof Error ? error.message.slice(0, 300) : 'unknown error';
}

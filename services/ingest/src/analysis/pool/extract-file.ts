import { SKIPPED } from '@graphtail/facts';
import { emptyExtraction, type Extraction } from '../extraction.ts';
import { readSource, type SourceBytes } from '../files/read-source.ts';
import { lineCountOf, sourceTextOf } from '../files/source-text.ts';
import { languageOf } from '../languages.ts';
import type { ExtractionCache } from './extraction-cache.ts';

export type Extracted = { json: string; cached: boolean } | { gone: true };

/**
 * Reads one file and extracts it, or takes its extraction from the cache.
 *
 * @param anew extract it whatever the cache holds, and put that in its place
 * Nothing about a file's content is an error: what can't be extracted is a file node with `parse_error`. A file that is not there is `gone`.
 */
export function extractFile(
  absolutePath: string,
  path: string,
  cache: Pick<ExtractionCache, 'get' | 'put'> | undefined,
  anew = false,
): Extracted {
  let source: SourceBytes;
  try {
    source = readSource(absolutePath);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return { gone: true };
    return { json: JSON.stringify(withoutContent(path, 'unreadable', `unreadable: ${code ?? 'unknown error'}`)), cached: false };
  }
  const { contentHash } = source;
  if ('skip' in source) return { json: JSON.stringify(withoutContent(path, contentHash, `${SKIPPED}${source.skip}`)), cached: false };
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  const key = `${contentHash}-${languageOf(path)?.language === 'config' ? fileName : fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase()}`;
  const known = anew ? undefined : cache?.get(key);
  if (known !== undefined) return { json: known, cached: true };
  const json = JSON.stringify(extractBytes(source.bytes, path, fileName, contentHash));
  cache?.put(key, json);
  return { json, cached: false };
}

export function extractBytes(bytes: Uint8Array, path: string, fileName: string, contentHash: string): Extraction {
  const found = languageOf(path);
  if (found === undefined) throw new TypeError(`no language for ${path}`);
  const source = sourceTextOf(bytes, fileName);
  if ('skip' in source) return withoutContent(path, contentHash, `${SKIPPED}${source.skip}`);
  try {
    return found.plugin.extract(source.text, fileName, contentHash);
  } catch (error) {
    return withoutContent(path, contentHash, describe(error), lineCountOf(source.text));
  }
}

/** A file node that says why there is nothing inside. */
export function withoutContent(path: string, contentHash: string, parseError: string, lines = 1): Extraction {
  const language = languageOf(path)?.language ?? 'unknown';
  if (language === 'config') return { kind: 'config', contentHash, config: undefined };
  const file = { name: '', type: 'file', parent: -1, suffix: '', qualifiedName: '', start: 1, end: lines, complexity: 0 } as const;
  return {
    ...emptyExtraction(language, contentHash),
    nodes: [{ ...file, parse_error: parseError }],
  };
}

function describe(error: unknown): string {
  // The parser and the extraction recurse: a file nested some ten thousand deep ends here.
  if (error instanceof RangeError) return 'nested too deeply';
  return error instanceof Error ? error.message.slice(0, 300) : 'unknown error';
}

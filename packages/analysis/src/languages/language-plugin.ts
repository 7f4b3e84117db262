import type { Extraction } from '../extraction/extraction.ts';

/** Everything that Graphtail knows about one family of languages. It runs in worker threads, without state and without I/O. */
export interface LanguagePlugin {
  /** By extension (with its dot, in lower case): the language of a file with this extension. */
  readonly extensions: Readonly<Record<string, string>>;
  /** The language of a file that the plug-in claims by its base name, whatever its extension. */
  claims?(baseName: string): string | undefined;
  /**
   * @param source the file's text, without a byte order mark
   * @param fileName its base name: only its extension may matter
   * @throws if nothing can be extracted from the text. A partly readable text is returned with `parse_error` on the file node
   */
  extract(source: string, fileName: string, contentHash: string): Extraction;
}

import type { Extraction } from './extraction.ts';

/** Everything Graphtail knows about one family of languages. Runs in worker threads: no state, no I/O. */
export interface LanguagePlugin {
  /** Extensions with their dot, lower case, and the language that a file so named is in. */
  readonly extensions: Readonly<Record<string, string>>;
  /** Base names claimed whatever their extension. */
  claims?(baseName: string): string | undefined;
  /**
   * @param source the file's text, without a byte order mark
   * @param fileName its base name: only its extension may matter
   * @throws where nothing at all can be made of the text; what can be recovered is returned with `parse_error` on the file node
   */
  extract(source: string, fileName: string, contentHash: string): Extraction;
}

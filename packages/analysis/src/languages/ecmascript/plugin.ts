import type { SourceExtraction } from '../../extraction/extraction.ts';
import type { LanguagePlugin } from '../language-plugin.ts';
import { parseSource } from './parse.ts';
import { readModule } from './read-module.ts';

const EXTENSIONS: Record<string, string> = {
  '.js': 'javascript',
  '.jsx': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.ts': 'typescript',
  '.tsx': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
};

/** JavaScript and TypeScript, read by Babel's parser. */
export const ecmascript: LanguagePlugin = { extensions: EXTENSIONS, extract };

function extract(source: string, fileName: string, contentHash: string): SourceExtraction {
  const extension = fileName.slice(fileName.lastIndexOf('.')).toLowerCase();
  const parsed = parseSource(source, extension, /\.d\.[cm]?ts$/i.test(fileName));
  return readModule(source, parsed, EXTENSIONS[extension] ?? 'javascript', contentHash);
}

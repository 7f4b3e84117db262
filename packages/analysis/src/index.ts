export {
  discoverFiles,
  stampOf,
  statOf,
  type DiscoveredFile,
  type Discovery,
  type DiscoverOptions,
  type SkippedPath,
} from './files/discover.ts';
export { readText } from './files/regular-file.ts';
export { FileRules } from './files/file-rules.ts';
export type { Extraction } from './extraction/extraction.ts';
export { AnalysisThreads } from './threads/analysis-threads.ts';
export type { EntityText, FileOutput } from './threads/link/packed-files.ts';
export type { RemoteLinker } from './threads/link/remote-linker.ts';
export { ParserPool, type ExtractedFile, type FileToExtract, type ParserPoolOptions } from './threads/parse/parser-pool.ts';
export { Linker } from './linker/linker.ts';
export { ANALYZER_VERSION } from './extraction/version.ts';

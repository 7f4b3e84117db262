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
export type { Extraction } from './extraction.ts';
export { AnalysisThreads } from './analysis-threads.ts';
export type { EntityText, FileOutput } from './link-thread/packed-files.ts';
export type { RemoteLinker } from './link-thread/remote-linker.ts';
export { ParserPool, type ExtractedFile, type FileToExtract, type ParserPoolOptions } from './pool/parser-pool.ts';
export { Linker } from './link/linker.ts';
export { ANALYZER_VERSION } from './version.ts';

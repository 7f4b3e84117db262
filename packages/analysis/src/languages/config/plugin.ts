import type { ConfigExtraction, PackageConfig, TypeScriptConfig } from '../../extraction/extraction.ts';
import type { LanguagePlugin } from '../language-plugin.ts';
import { isProjectFile, readProject } from './project-files.ts';
import { parseJsonc } from './jsonc.ts';
import { isTsconfig } from '../../extraction/specifiers/tsconfig.ts';

/** Files that are not source but decide to which files specifiers lead. They have no nodes. */
export const configFiles: LanguagePlugin = {
  extensions: {},
  claims: (baseName) => (baseName === 'package.json' || isTsconfig(baseName) || isProjectFile(baseName) ? 'config' : undefined),
  extract: (source, fileName, contentHash): ConfigExtraction => ({
    kind: 'config',
    contentHash,
    config: isProjectFile(fileName) ? readProject(source, fileName) : readConfig(source, fileName),
  }),
};

/** Only this many entries of a map are used, because each is compared with every import. */
const MAX_ENTRIES = 1_000;

function readConfig(source: string, fileName: string): PackageConfig | TypeScriptConfig | undefined {
  const json = parseJsonc(source);
  if (!isObject(json)) return undefined;
  return fileName === 'package.json' ? packageConfig(json) : typeScriptConfig(json);
}

function packageConfig(json: Record<string, unknown>): PackageConfig {
  const config: PackageConfig = { type: 'package' };
  for (const field of ['name', 'main', 'module', 'source', 'types'] as const) {
    const value = json[field];
    if (typeof value === 'string') config[field] = value;
  }
  if (json['exports'] !== undefined) config.exports = isObject(json['exports']) ? bounded(json['exports']) : json['exports'];
  if (isObject(json['imports'])) config.imports = bounded(json['imports']);
  return config;
}

function typeScriptConfig(json: Record<string, unknown>): TypeScriptConfig {
  const options = isObject(json['compilerOptions']) ? json['compilerOptions'] : {};
  const inherited = json['extends'];
  const config: TypeScriptConfig = {
    type: 'tsconfig',
    extends: (Array.isArray(inherited) ? inherited : [inherited]).filter((value) => typeof value === 'string'),
    references: (Array.isArray(json['references']) ? (json['references'] as unknown[]) : [])
      .slice(0, MAX_ENTRIES)
      .map((reference) => (isObject(reference) ? reference['path'] : undefined))
      .filter((value) => typeof value === 'string'),
  };
  if (typeof options['baseUrl'] === 'string') config.baseUrl = options['baseUrl'];
  if (isObject(options['paths'])) {
    config.paths = {};
    for (const [pattern, targets] of Object.entries(bounded(options['paths']))) {
      if (Array.isArray(targets)) config.paths[pattern] = targets.filter((target) => typeof target === 'string');
    }
  }
  return config;
}

function bounded(map: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(map);
  return entries.length <= MAX_ENTRIES ? map : Object.fromEntries(entries.slice(0, MAX_ENTRIES));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

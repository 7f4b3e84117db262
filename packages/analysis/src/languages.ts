import { configFiles } from './config/plugin.ts';
import { ecmascript } from './ecmascript/plugin.ts';
import { registerGrammars } from './polyglot/syntax.ts';
import { csharp } from './polyglot/csharp/csharp.ts';
import { go } from './polyglot/go/go.ts';
import { java } from './polyglot/java/java.ts';
import { kotlin } from './polyglot/kotlin/kotlin.ts';
import { lua } from './polyglot/lua/lua.ts';
import { php } from './polyglot/php/php.ts';
import { ruby } from './polyglot/ruby/ruby.ts';
import { python } from './polyglot/python/python.ts';
import { rust } from './polyglot/rust/rust.ts';
import type { LanguagePlugin } from './language-plugin.ts';

const PLUGINS: readonly LanguagePlugin[] = [ecmascript, configFiles, python, go, java, csharp, php, ruby, rust, kotlin, lua];

/** The main thread calls this once, before it starts workers. If the platform has no parser, each file's node says so. */
export function prepareLanguages(): void {
  try {
    registerGrammars();
  } catch {
    // Every file that needs a parser reports this.
  }
}

/**
 * The plug-in and language of a file that discovery found. A JSON file with any other name is a config: only configs that others
 * extend are found (`files/extended-configs.ts`).
 */
export function languageOfFound(path: string): ReturnType<typeof languageOf> {
  return languageOf(path) ?? (path.endsWith('.json') ? { plugin: configFiles, language: 'config' } : undefined);
}

/** The plug-in and language of a path; undefined if the language is not known. */
export function languageOf(path: string): { plugin: LanguagePlugin; language: string } | undefined {
  const baseName = path.slice(path.lastIndexOf('/') + 1);
  for (const plugin of PLUGINS) {
    const claimed = plugin.claims?.(baseName);
    if (claimed !== undefined) return { plugin, language: claimed };
  }
  const dot = baseName.lastIndexOf('.');
  if (dot <= 0) return undefined;
  const extension = baseName.slice(dot).toLowerCase();
  for (const plugin of PLUGINS) {
    const language = plugin.extensions[extension];
    if (language !== undefined) return { plugin, language };
  }
  return undefined;
}

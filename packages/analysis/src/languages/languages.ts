import { configFiles } from './config/plugin.ts';
import { ecmascript } from './ecmascript/plugin.ts';
import { astro } from './ecmascript/templates/astro.ts';
import { html } from './ecmascript/templates/html.ts';
import { svelte } from './ecmascript/templates/svelte.ts';
import { vue } from './ecmascript/templates/vue.ts';
import { registerGrammars } from './tree-sitter/syntax.ts';
import { csharp } from './csharp/csharp.ts';
import { go } from './go/go.ts';
import { java } from './java/java.ts';
import { kotlin } from './kotlin/kotlin.ts';
import { lua } from './lua/lua.ts';
import { php } from './php/php.ts';
import { ruby } from './ruby/ruby.ts';
import { python } from './python/python.ts';
import { rust } from './rust/rust.ts';
import type { LanguagePlugin } from './language-plugin.ts';

const PLUGINS: readonly LanguagePlugin[] = [
  ecmascript,
  configFiles,
  vue,
  svelte,
  astro,
  html,
  python,
  go,
  java,
  csharp,
  php,
  ruby,
  rust,
  kotlin,
  lua,
];

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
 * extend are found (`../files/extended-configs.ts`).
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

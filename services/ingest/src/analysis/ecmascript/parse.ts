import { parse, type ParserOptions } from '@babel/parser';
import type * as t from '@babel/types';

export interface Parsed {
  readonly program: t.Program;
  readonly comments: readonly t.Comment[];
  /** The first thing the parser had to recover from. */
  readonly error: string | undefined;
}

type Plugins = NonNullable<ParserOptions['plugins']>;

const COMMON: Plugins = [
  'decorators-legacy',
  'decoratorAutoAccessors',
  'exportDefaultFrom',
  'sourcePhaseImports',
  'deferredImportEvaluation',
];

/**
 * @param isDeclaration whether it is a `.d.ts`: nothing in it needs a value
 * @throws {SyntaxError} where the parser can't recover
 */
export function parseSource(source: string, extension: string, isDeclaration = false): Parsed {
  const isTypeScript = /^\.[cm]?ts$/.test(extension) || extension === '.tsx';
  const options: ParserOptions = {
    sourceType: 'unambiguous',
    errorRecovery: true,
    attachComment: false,
    allowReturnOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowAwaitOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    allowNewTargetOutsideFunction: true,
  };
  if (isTypeScript) {
    const jsx: Plugins = extension === '.tsx' ? ['jsx'] : [];
    return run(source, { ...options, plugins: [['typescript', { dts: isDeclaration }], ...jsx, ...COMMON] });
  }
  try {
    return run(source, { ...options, plugins: ['jsx', ...COMMON] });
  } catch (error) {
    // Not every .js file is JavaScript: Flow's annotations are near enough to be read as types.
    if (!/@flow|\bimport type\b/.test(source)) throw error;
    return run(source, { ...options, plugins: ['flow', 'jsx', ...COMMON] });
  }
}

function run(source: string, options: ParserOptions): Parsed {
  const file = parse(source, options);
  const [error] = (file.errors ?? []) as { message?: string }[];
  return { program: file.program, comments: file.comments ?? [], error: error?.message?.slice(0, 300) };
}

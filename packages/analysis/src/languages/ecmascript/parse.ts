import { parse, type ParserOptions } from '@babel/parser';
import type * as t from '@babel/types';
import { recover } from './recovery/recover.ts';

export interface Parsed {
  /** The text that was parsed: the source, or the part that could be recovered, on the same lines. */
  readonly text: string;
  readonly program: t.Program;
  readonly comments: readonly t.Comment[];
  /** The first error that the parser recovered from. */
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
 * @param isDeclaration whether it is a `.d.ts`, in which nothing needs a value
 * @throws {RangeError} if it is nested too deeply
 */
export function parseSource(source: string, extension: string, isDeclaration = false): Parsed {
  const options = optionsFor(extension, isDeclaration);
  // Not every .js file is JavaScript. Flow's annotations are similar enough to be read as TypeScript's types.
  if (isTypeScript(extension) || !/@flow|\bimport type\b/.test(source)) return recovering(source, options);
  try {
    return run(source, options);
  } catch {
    return recovering(source, { ...options, plugins: ['flow', 'jsx', ...COMMON] });
  }
}

/** The parser's options for a file with this extension. */
export function optionsFor(extension: string, isDeclaration = false): ParserOptions {
  const jsx: Plugins = extension === '.tsx' || !isTypeScript(extension) ? ['jsx'] : [];
  const types: Plugins = isTypeScript(extension) ? [['typescript', { dts: isDeclaration }]] : [];
  return {
    sourceType: 'unambiguous',
    errorRecovery: true,
    attachComment: false,
    allowReturnOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowAwaitOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    allowNewTargetOutsideFunction: true,
    plugins: [...types, ...jsx, ...COMMON],
  };
}

function isTypeScript(extension: string): boolean {
  return /^\.[cm]?ts$/.test(extension) || extension === '.tsx';
}

/** If the parser fails, only the parts of the file that parse are read. */
function recovering(source: string, options: ParserOptions): Parsed {
  try {
    return run(source, options);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {
      ...runOrNothing(
        recover(source, (text) => parses(text, options)),
        options,
      ),
      error: messageOf(error),
    };
  }
}

/** Parts that parse separately need not parse together; then nothing is read. */
function runOrNothing(text: string, options: ParserOptions): Parsed {
  try {
    return run(text, options);
  } catch {
    return run('', options);
  }
}

function parses(text: string, options: ParserOptions): boolean {
  try {
    parse(text, options);
    return true;
  } catch {
    return false;
  }
}

function run(text: string, options: ParserOptions): Parsed {
  const file = parse(text, options);
  const [error] = (file.errors ?? []) as { message?: string }[];
  return { text, program: file.program, comments: file.comments ?? [], error: error === undefined ? undefined : messageOf(error) };
}

function messageOf({ message = '' }: { readonly message?: string }): string {
  return message.slice(0, 300);
}

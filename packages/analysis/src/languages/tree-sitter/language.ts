import { addUpComplexity } from '../../extraction/complexity.ts';
import type { SourceExtraction } from '../../extraction/extraction.ts';
import { NO_NODE, type ExprNumber, type TypeNumber } from '../../extraction/numbers.ts';
import { lineCountOf } from '../../extraction/source-text.ts';
import type { LanguagePlugin } from '../language-plugin.ts';
import { surfaceOf } from '../../extraction/surface.ts';
import { unrollLoops } from '../../extraction/unroll.ts';
import { Reader } from './reader.ts';
import { parseSyntax, type GrammarName, type Syntax } from './syntax.ts';

/** Reads one kind of syntax: notes its meaning in the reader, and returns the number of its expression if it is one. */
export type Handler = (r: Reader, node: Syntax) => ExprNumber | undefined;

/** A handler for members of a type. Broken code may have such syntax outside a type; then its children are read instead. */
export function member(handler: Handler): Handler {
  return (r, node) => {
    if (r.around !== undefined) return handler(r, node);
    r.readAll(node.children);
    return undefined;
  };
}

/** One language. For syntax of a kind without a handler, the children are read. */
export interface Language {
  readonly name: GrammarName;
  /** With the leading dot, in lower case. */
  readonly extensions: readonly string[];
  /** Replaces parts of the source that the parser cannot read, character for character. */
  readonly prepare?: (source: string) => string;
  /** Does the same, but only for a source that does not parse as it is. */
  readonly mend?: (source: string) => string;
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Kinds that add a path through the code, as McCabe's cyclomatic complexity counts paths beyond the first. */
  readonly decisions: ReadonlySet<string>;
  /** Returns the number of the type that a piece of syntax stands for. */
  type(r: Reader, node: Syntax): TypeNumber;
  /** Returns the expression for a name that no scope of the file declares. */
  undeclared(r: Reader, name: string): ExprNumber;
  /** Declares the names of statements before the statements are read. In most languages, a name may be used before its declaration. */
  hoist(r: Reader, root: Syntax): void;
  /** Runs when everything has been read. Fills in the exports, and returns the package that the file is part of. */
  finish(r: Reader, root: Syntax): Partial<SourceExtraction>;
}

/** Makes a plug-in for a language that a tree-sitter parser reads. */
export function pluginFor(language: Language): LanguagePlugin {
  return {
    extensions: Object.fromEntries(language.extensions.map((extension) => [extension, language.name])),
    extract: (source, _fileName, contentHash) => extract(language, source, contentHash),
  };
}

function syntaxOf({ name, prepare, mend }: Language, source: string): Syntax {
  const root = parseSyntax(name, prepare?.(source) ?? source);
  const mended = errorIn(root) === undefined ? undefined : mend?.(source);
  return mended === undefined || mended === source ? root : parseSyntax(name, mended);
}

function errorIn(root: Syntax): Syntax | undefined {
  return root.kind === 'ERROR' ? root : root.error;
}

function extract(language: Language, source: string, contentHash: string): SourceExtraction {
  const root = syntaxOf(language, source);
  const r = new Reader(source, language);
  const { model } = r;
  model.node({ name: '', type: 'file', parent: NO_NODE, start: 1, end: lineCountOf(source), complexity: 1 });
  const error = errorIn(root);
  if (error !== undefined) model.nodes[0]!.parse_error = `syntax error (${String(error.line)}:${String(error.column)})`;
  language.hoist(r, root);
  r.readAll(root.children);
  r.runTasks();
  const own = language.finish(r, root);
  addUpComplexity(model);
  unrollLoops(model);
  const { nodes, bindings, functions, shapes, exprs, types, modules, exports, sites, http } = model;
  const surface = surfaceOf(model, [...r.top.names]);
  return {
    kind: 'source',
    language: language.name,
    contentHash,
    nodes,
    bindings,
    functions,
    shapes,
    exprs,
    types,
    modules,
    exports,
    sites,
    ...(http.length > 0 ? { http } : {}),
    surface,
    ...own,
  };
}

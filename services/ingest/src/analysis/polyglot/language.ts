import { addUpComplexity } from '../complexity.ts';
import type { SourceExtraction } from '../extraction.ts';
import { lineCountOf } from '../files/source-text.ts';
import type { LanguagePlugin } from '../language-plugin.ts';
import { surfaceOf } from '../surface.ts';
import { Reader } from './reader.ts';
import { parseSyntax, type GrammarName, type Syntax } from './syntax.ts';

/** What a piece of syntax means: tells the reader, and gives the number of the expression that it is, if it is one. */
export type Handler = (r: Reader, node: Syntax) => number | undefined;

/** What a member of a type means. In broken code it may stand in none: then it means what its children mean. */
export function member(handler: Handler): Handler {
  return (r, node) => {
    if (r.around !== undefined) return handler(r, node);
    r.readAll(node.children);
    return undefined;
  };
}

/** One language. Syntax of a kind without a handler means what its children mean. */
export interface Language {
  readonly name: GrammarName;
  /** With their dot, lower case. */
  readonly extensions: readonly string[];
  /** Writes over parts of the source that the parser could make little of, character for character. */
  readonly prepare?: (source: string) => string;
  /** The same, where it does not parse as it is. */
  readonly mend?: (source: string) => string;
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Kinds that add a path through the code: what McCabe's cyclomatic complexity counts beyond the first. */
  readonly decisions: ReadonlySet<string>;
  /** The number of the type that a piece of syntax is. */
  type(r: Reader, node: Syntax): number;
  /** The expression that a name is which no scope of the file declares. */
  undeclared(r: Reader, name: string): number;
  /** Makes known what statements declare, before they are read: in most languages names may be used before. */
  hoist(r: Reader, root: Syntax): void;
  /** When all is read: exports, the package that the file is part of. */
  finish(r: Reader, root: Syntax): Partial<SourceExtraction>;
}

/** A language as a plug-in, read by tree-sitter's parser of it. */
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
  model.node({ name: '', type: 'file', parent: -1, start: 1, end: lineCountOf(source), complexity: 1 });
  const error = errorIn(root);
  if (error !== undefined) model.nodes[0]!.parse_error = `syntax error (${String(error.line)}:${String(error.column)})`;
  language.hoist(r, root);
  r.readAll(root.children);
  r.runTasks();
  const own = language.finish(r, root);
  addUpComplexity(model);
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

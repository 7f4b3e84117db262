import { addUpComplexity } from '../../extraction/complexity.ts';
import type { SourceExtraction } from '../../extraction/extraction.ts';
import { NO_NODE } from '../../extraction/numbers.ts';
import { lineCountOf } from '../../extraction/source-text.ts';
import type { LanguagePlugin } from '../language-plugin.ts';
import { markCalledValues } from './called-values.ts';
import { Docstrings } from './docstring.ts';
import { FileModel } from '../../extraction/file-model.ts';
import { hoist, hoistVars } from './hoist.ts';
import { parseSource } from './parse.ts';
import { walkStatements } from './statements.ts';
import { surfaceOf } from '../../extraction/surface.ts';
import { Walk } from './walk.ts';

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

const SAYS_MODULE = /^(?:import|export)\b/m;

/** JavaScript and TypeScript, read by Babel's parser. */
export const ecmascript: LanguagePlugin = { extensions: EXTENSIONS, extract };

function extract(source: string, fileName: string, contentHash: string): SourceExtraction {
  const extension = fileName.slice(fileName.lastIndexOf('.')).toLowerCase();
  const { text, program, comments, error } = parseSource(source, extension, /\.d\.[cm]?ts$/i.test(fileName));
  const model = new FileModel();
  model.node({
    name: '',
    type: 'file',
    parent: NO_NODE,
    start: 1,
    end: lineCountOf(source),
    complexity: 1,
    ...(error === undefined ? {} : { parse_error: error }),
  });
  const walk = new Walk(text, model, new Docstrings(text, comments));
  // What makes the file a module may be in the broken part. Its names must not become global because of that.
  if (text !== source) walk.isModule = SAYS_MODULE.test(source);
  const top = walk.scope;
  hoistVars(program, walk.scope);
  hoist(program.body, walk.scope);
  walkStatements(walk, program.body);
  markCalledValues(model);
  markExported(model);
  addUpComplexity(model);
  const { nodes, bindings, functions, shapes, exprs, types, modules, exports, sites, http } = model;
  const globals = [...walk.globals, ...(walk.isModule || isCommonJs(model) ? [] : top.entries())];
  const surface = surfaceOf(model, [...top.entries(), ...walk.globals.map(([name, binding]) => [`global ${name}`, binding] as const)]);
  return {
    kind: 'source',
    language: EXTENSIONS[extension] ?? 'javascript',
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
    surface,
    ...(http.length > 0 ? { http } : {}),
    ...(globals.length > 0 ? { globals } : {}),
  };
}

/** Whether the file imports or exports the CommonJS way. A file that does neither, in either way, declares global names. */
function isCommonJs({ modules, exports }: FileModel): boolean {
  return exports.length > 0 || modules.some(({ how }) => how === 'require');
}

function markExported(model: FileModel): void {
  for (const entry of model.exports) {
    const { node, typeNode } = 'binding' in entry ? model.bindings[entry.binding]! : { node: 'node' in entry ? entry.node : undefined };
    for (const symbol of [node, typeNode]) if (symbol !== undefined) model.nodes[symbol]!.is_exported = true;
  }
  for (const node of model.nodes) {
    if (node.parent === -1 || node.visibility !== undefined) continue;
    const { type } = model.nodes[node.parent]!;
    const isTop = type === 'file' || type === 'namespace' || type === 'module';
    node.visibility =
      node.is_exported === true ? 'public' : isTop ? 'internal' : type === 'enum' || type === 'variable' ? 'public' : 'private';
  }
}

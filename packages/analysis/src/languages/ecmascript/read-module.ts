import type * as t from '@babel/types';
import { addUpComplexity } from '../../extraction/complexity.ts';
import type { SourceExtraction } from '../../extraction/extraction.ts';
import { FileModel } from '../../extraction/file-model.ts';
import { FILE_NODE, NO_NODE } from '../../extraction/numbers.ts';
import { lineCountOf } from '../../extraction/source-text.ts';
import { surfaceOf } from '../../extraction/surface.ts';
import { unrollLoops } from '../../extraction/unroll.ts';
import { markCalledValues } from './called-values.ts';
import { Docstrings } from './docstring.ts';
import { hoist, hoistVars } from './hoist.ts';
import type { Parsed } from './parse.ts';
import { walkStatements } from './statements.ts';
import { Walk } from './walk.ts';

const SAYS_MODULE = /^(?:import|export)\b/m;

/** Reads the rest of a file that contains more than a script. Such a file is a module. */
export interface Around {
  /** Called when the names of the script are declared, before it is read. */
  readonly before?: (walk: Walk, program: t.Program) => void;
  /** Called after the script was read, in its scope. */
  readonly after: (walk: Walk, program: t.Program) => void;
}

/**
 * Turns a parsed script into an extraction.
 *
 * @param source the file's text
 */
export function readModule(source: string, parsed: Parsed, language: string, contentHash: string, around?: Around): SourceExtraction {
  const { text, program } = parsed;
  const model = new FileModel();
  model.node({
    name: '',
    type: 'file',
    parent: NO_NODE,
    start: 1,
    end: lineCountOf(source),
    complexity: 1,
    ...(parsed.error === undefined ? {} : { parse_error: parsed.error }),
  });
  const walk = new Walk(text, model, new Docstrings(text, parsed.comments));
  // What makes the file a module may be in the broken part. Its names must not become global because of that.
  if (around !== undefined) walk.isModule = true;
  else if (text !== source) walk.isModule = SAYS_MODULE.test(source);
  const top = walk.scope;
  hoistVars(program, walk.scope);
  hoist(program.body, walk.scope);
  around?.before?.(walk, program);
  walkStatements(walk, program.body);
  around?.after(walk, program);
  markCalledValues(model);
  markExported(model);
  addUpComplexity(model);
  unrollLoops(model);
  const { nodes, bindings, functions, shapes, exprs, types, modules, exports, sites, http } = model;
  const globals = [...walk.globals, ...(walk.isModule || isCommonJs(model) ? [] : top.entries())];
  const surface = surfaceOf(model, [...top.entries(), ...walk.globals.map(([name, binding]) => [`global ${name}`, binding] as const)]);
  return {
    kind: 'source',
    language,
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
    for (const symbol of [node, typeNode]) if (symbol !== undefined && symbol !== FILE_NODE) model.nodes[symbol]!.is_exported = true;
  }
  for (const node of model.nodes) {
    if (node.parent === -1 || node.visibility !== undefined) continue;
    const { type } = model.nodes[node.parent]!;
    const isTop = type === 'file' || type === 'namespace' || type === 'module';
    node.visibility =
      node.is_exported === true ? 'public' : isTop ? 'internal' : type === 'enum' || type === 'variable' ? 'public' : 'private';
  }
}

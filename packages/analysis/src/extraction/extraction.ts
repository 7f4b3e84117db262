import type { GraphNode, NodeType } from '@graphtail/facts';

/**
 * What a single file says: declarations, lexically resolved names, and the expressions and types that decide
 * the targets of its calls. It contains neither the file's path nor anything of other files, so equal contents
 * have equal extractions. It is plain JSON.
 *
 * Expressions, types, bindings, functions, shapes and modules are numbered. The position of a number in an
 * expression or type tells to which table it refers.
 */
export type Extraction = SourceExtraction | ConfigExtraction;

/** package.json, tsconfig*.json and project files. They have no nodes, but they decide to which files specifiers lead. */
export interface ConfigExtraction {
  kind: 'config';
  contentHash: string;
  config: PackageConfig | TypeScriptConfig | ProjectConfig | undefined;
}

/** The content of a build file of another language, such as go.mod, pyproject.toml or Cargo.toml. */
export interface ProjectConfig {
  type: 'project';
  /** The file's base name. */
  file: string;
  /** The name by which imports refer to the project, if it has one. */
  name?: string;
  /** Names or prefixes with another target: a folder of the program, which begins with `.`, or an external package. */
  maps?: [name: string, target: string][];
  /** External packages. */
  requires?: string[];
}

export interface PackageConfig {
  type: 'package';
  name?: string;
  /** Entry fields, `exports` and `imports`, as written. */
  main?: string;
  module?: string;
  source?: string;
  types?: string;
  exports?: unknown;
  imports?: unknown;
}

export interface TypeScriptConfig {
  type: 'tsconfig';
  extends: string[];
  baseUrl?: string;
  paths?: Record<string, string[]>;
  references: string[];
}

export interface SourceExtraction {
  kind: 'source';
  language: string;
  contentHash: string;
  /** Index 0 is the file itself. A node's parent has a lower index. */
  nodes: NodeRecord[];
  bindings: Binding[];
  functions: FunctionRecord[];
  shapes: Shape[];
  exprs: Expr[];
  types: TypeExpr[];
  modules: ModuleRequest[];
  exports: ExportRecord[];
  sites: Site[];
  /** Calls that may register a route or make a request. The linker decides what they do. */
  http?: HttpCall[];
  surface: Surface;
  /** Names that every file sees: declarations in `declare global` and in files that are not modules. */
  globals?: [name: string, binding: number][];
  /** The file's package or namespace, if its language has them and the file's path does not tell it. */
  packageName?: string;
  /** A comment at the top says that a program wrote the file. */
  isGenerated?: true;
}

/** The parts of a file on which other files may depend. Other files can't reach a record that belongs to no part. */
export interface Surface {
  parts: string[];
  hashes: string[];
  /** By binding, function and shape number: the number of the part to which it belongs. */
  bindings: (number | null | undefined)[];
  functions: (number | null | undefined)[];
  shapes: (number | null | undefined)[];
}

type Attributes = Pick<
  GraphNode,
  | 'docstring'
  | 'signature'
  | 'visibility'
  | 'is_async'
  | 'is_static'
  | 'is_abstract'
  | 'is_exported'
  | 'return_type'
  | 'parameter_types'
  | 'parse_error'
>;

export interface NodeRecord extends Attributes {
  name: string;
  type: NodeType;
  parent: number;
  /** The qualified name, with an ordinal if two nodes would have the same one; empty for the file. */
  suffix: string;
  qualifiedName: string;
  start: number;
  end: number;
  complexity: number;
}

/** A name in a scope. TypeScript lets one name mean a value and a type at once, hence no union. */
export interface Binding {
  name: string;
  node?: number;
  /** The node that the name means as a type, if it means another node as a value. */
  typeNode?: number;
  /** Module and imported name (`default`, `*` for the namespace). */
  from?: [module: number, name: string];
  type?: number;
  init?: number;
  fn?: number;
  /** The shape of a class, enum or namespace whose static side is the value. */
  holder?: number;
  /** The shapes of the class, interface or enum that the name means as a type. */
  shapes?: number[];
  alias?: { type: number; params: number[] };
  /** The type of which it is a member, if that type is in another file. */
  of?: number;
  param?: { constraint?: number; default?: number };
  /** Not `const`, or assigned again. The linker follows a `const` alias to its symbol, but not such a variable. */
  mutable?: true;
}

export interface FunctionRecord {
  node?: number;
  params: ParamRecord[];
  typeParams?: number[];
  returns?: number;
  /** Expressions that it returns, if no return type is written. */
  returned?: number[];
  /** A path or an address that it returns, whatever return type is written. Callers see it too. */
  path?: number;
  /** An object that it makes and returns, perhaps a router. Only its own file uses it. */
  made?: number;
  yields?: true;
  isAsync?: true;
  /** The type that the context expects of this function expression. */
  context?: number;
  /** It has a body. If it also has overloads, callers see only those and not its own signature. */
  body?: true;
  overloads?: number[];
  /** The type that `x is T` tests, with the parameter's position. */
  predicate?: [param: number, type: number];
}

export interface ParamRecord {
  name?: string;
  type?: number;
  init?: number;
  rest?: true;
  optional?: true;
}

/** A class, interface, enum, namespace, type literal or object literal: something with members. */
export interface Shape {
  kind: 'class' | 'interface' | 'enum' | 'namespace' | 'literal' | 'object';
  node?: number;
  name?: string;
  typeParams?: number[];
  /** `extends` of a class, with its type arguments. */
  parent?: [expr: number, args: number[]];
  /** `extends` of an interface, `implements` of a class. */
  bases?: number[];
  /** Expressions of further shapes whose members it has, in order: further bases, interfaces, traits, embedded types. */
  mixins?: number[];
  members: Member[];
  /** A module that exports more of its members, each as `Name.member`, because other files of a package may add members. */
  extended?: number;
  /** A block that adds members to this type. */
  of?: number;
  /** Members are written in separate blocks. The linker looks for overrides in those blocks, not in this shape. */
  blocks?: true;
  spreads?: number[];
  index?: number;
  calls?: number[];
  constructs?: number[];
  context?: number;
}

/** Prefix of the name of a member that another file adds to a shape's static side: `Name.static member`. */
export const STATIC_EXTENSION = 'static ';
/** The name under which another file exports the shapes that it lets a shape inherit from. */
export const ADDED_MIXINS = 'mixins';

export interface Member {
  name: string;
  node?: number;
  isStatic?: true;
  fn?: number;
  type?: number;
  init?: number;
  getter?: true;
  /** The binding that a namespace exports under this name. */
  binding?: number;
}

export interface ModuleRequest {
  specifier: string;
  /** `scope`: no import is written. Names that no scope of the file declares are looked up in this module. */
  how: 'import' | 'export' | 'require' | 'dynamic' | 'type' | 'scope';
  line: number;
  count: number;
}

/**
 * A hidden export can be imported by name, but it is not among the file's listed exports. With `true`, `*` does not export it
 * either. Lookups still go through a hidden star.
 */
export type ExportRecord =
  | { name: string; binding: number; hidden?: Hiding }
  | { name: string; expr: number; node?: number; hidden?: Hiding }
  | { name: string; from: [module: number, name: string]; hidden?: Hiding }
  | { star: number; hidden?: Hiding };

/** Expression numbers unless said otherwise. */
export type Expr =
  | ['name', binding: number]
  | ['global', name: string]
  | ['.', object: number, name: string]
  /** A method that another type declares for the value: see `addedMethod`. */
  | ['added', value: number, name: string, args: number]
  | ['[]', object: number, index: number]
  | ['call', callee: number, args: number[], typeArgs: number[]]
  | ['new', callee: number, args: number[], typeArgs: number[]]
  /** In languages without `new`: a call or, if the callee is a class, an instance of it. Only some named arguments are kept. */
  | ['make', callee: number, args: number[], typeArgs: number[], named?: [name: string, value: number][]]
  | ['this', shape: number]
  | ['This', shape: number]
  | ['super', shape: number]
  | ['Super', shape: number]
  | ['await', value: number]
  | ['as', type: number]
  | ['nonnull', value: number]
  | ['or', ...values: number[]]
  /** The first value or, if nothing is known about it, the second: a default. */
  | ['else', value: number, fallback: number]
  | ['fn', fn: number]
  | ['class', shape: number]
  | ['object', shape: number]
  | ['array', ...values: number[]]
  | ['text', value: string]
  /** A text in a language in which texts have a type of their own. */
  | ['lit', value: string, like: number]
  /** Texts and other values, joined in order. */
  | ['concat', like: number, ...parts: number[]]
  | ['prim', name: string]
  | ['each', iterable: number]
  | ['at', list: number, index: number]
  | ['rest', value: number]
  | ['spread', value: number]
  | ['param', fn: number, index: number]
  | ['import', module: number]
  | ['require', module: number]
  /** A value after `test(value)` was true. It is narrowed if the test is a type predicate. */
  | ['passed', value: number, test: number, argument: number]
  | ['instance', value: number, constructor: number]
  | ['any'];

/** Type numbers unless said otherwise. */
export type TypeExpr =
  | ['ref', binding: number, path: string, args: number[]]
  | ['global', name: string, args: number[]]
  | ['union', ...types: number[]]
  | ['and', ...types: number[]]
  | ['array', element: number]
  | ['tuple', ...elements: number[]]
  | ['rest', type: number]
  | ['fn', fn: number]
  | ['new', fn: number]
  | ['shape', shape: number]
  | ['typeof', expr: number]
  | ['index', object: number, index: number]
  | ['keyof', type: number]
  | ['text', value: string]
  | ['prim', name: string]
  | ['if', check: number, extended: number, yes: number, no: number]
  | ['mapped', param: number, constraint: number, value: number]
  | ['infer', binding: number]
  | ['import', module: number, path: string, args: number[]]
  | ['member', type: number, name: string]
  | ['element', type: number]
  | ['arg', callee: number, index: number, args: number[], typeArgs: number[]]
  | ['result', type: number]
  | ['prop', component: number, name: string]
  | ['any'];

export type Hiding = true | 'untold';

/** A use in a file: its kind, the innermost node around it, the number of its expression or type, its first line, how often. */
export type Site = [kind: SiteKind, owner: number, target: number, line: number, count: number];
export type SiteKind = 'call' | 'new' | 'render' | 'refer' | 'type' | 'decorate';

/** A call, or a decorator or annotation. `decorates` is the number of the node that has the decorator. */
export interface HttpCall {
  owner: number;
  expr: number;
  start: number;
  end: number;
  decorates?: number;
}

/** The extraction of a file in which nothing is found, not even the file's own node. */
export function emptyExtraction(language: string, contentHash: string): SourceExtraction {
  return {
    kind: 'source',
    language,
    contentHash,
    nodes: [],
    bindings: [],
    functions: [],
    shapes: [],
    exprs: [],
    types: [],
    modules: [],
    exports: [],
    sites: [],
    surface: { parts: [], hashes: [], bindings: [], functions: [], shapes: [] },
  };
}

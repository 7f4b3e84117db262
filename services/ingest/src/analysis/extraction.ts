import type { GraphNode, NodeType } from '@graphtail/facts';

/**
 * What one file says by itself: declarations, lexically resolved names, and the expressions and types
 * that decide where its calls go. It knows neither its own path nor any other file, so equal contents have
 * equal extractions, and it is plain JSON.
 *
 * Expressions, types, bindings, functions, shapes and modules are numbered; a number in an expression
 * or type refers to the table that the position calls for.
 */
export type Extraction = SourceExtraction | ConfigExtraction;

/** package.json and tsconfig*.json: no nodes, but they decide where specifiers lead. */
export interface ConfigExtraction {
  kind: 'config';
  contentHash: string;
  config: PackageConfig | TypeScriptConfig | ProjectConfig | undefined;
}

/** What a build file of another language says: go.mod, pyproject.toml, Cargo.toml, composer.json. */
export interface ProjectConfig {
  type: 'project';
  /** The file's base name. */
  file: string;
  /** The name that imports know it by, where it has one. */
  name?: string;
  /** Names or prefixes that lead elsewhere: folders inside, beginning with `.`, or packages outside. */
  maps?: [name: string, target: string][];
  /** Packages outside. */
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
  /** Calls that may register a route or make a request; what they do is for the linker to say. */
  http?: HttpCall[];
  surface: Surface;
  /** Names that every file sees: what `declare global` and files that are no modules declare. */
  globals?: [name: string, binding: number][];
  /** The package or namespace that the file is part of, where its language has such and its place does not tell. */
  packageName?: string;
}

/** The parts of a file that others may come to depend on. A record of no part can't be reached from another file. */
export interface Surface {
  parts: string[];
  hashes: string[];
  /** By binding, function and shape number: the part that it belongs to. */
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
  /** Qualified name with an ordinal where two would clash; empty for the file. */
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
  /** What the name means as a type, where that is another node than as a value. */
  typeNode?: number;
  /** Module and imported name (`default`, `*` for the namespace). */
  from?: [module: number, name: string];
  type?: number;
  init?: number;
  fn?: number;
  /** Class, enum or namespace whose static side the value is. */
  holder?: number;
  /** Class, interface or enum that the type means. */
  shapes?: number[];
  alias?: { type: number; params: number[] };
  /** The type that it is a member of, where that stands in another file. */
  of?: number;
  param?: { constraint?: number; default?: number };
  /** A `const` alias of another symbol is looked through; a variable that is assigned again is not. */
  mutable?: true;
}

export interface FunctionRecord {
  node?: number;
  params: ParamRecord[];
  typeParams?: number[];
  returns?: number;
  /** Expressions returned, where no return type is written. */
  returned?: number[];
  /** A path or an address that it gives back, whatever type is written; callers see that too. */
  path?: number;
  /** What it has made and gives back, perhaps a router: for its own file only. */
  made?: number;
  yields?: true;
  isAsync?: true;
  /** The type expected of this function expression where it stands. */
  context?: number;
  /** Whether it is more than a signature: then callers see its overloads, if any, and not its own. */
  body?: true;
  overloads?: number[];
  /** Type tested by `x is T`, with the parameter's position. */
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
  /** Further shapes whose members it has, in order, as expressions: further bases, interfaces, traits, what is embedded. */
  mixins?: number[];
  members: Member[];
  /** Where more of its members are given out, each as `Name.member`: other files of a package may add to it. */
  extended?: number;
  /** A block that adds members to this type. */
  of?: number;
  /** Members are written in blocks: what they override is told of those. */
  blocks?: true;
  spreads?: number[];
  index?: number;
  calls?: number[];
  constructs?: number[];
  context?: number;
}

/** Before the name of what another file adds to a shape's static side: `Name.static member`. */
export const STATIC_EXTENSION = 'static ';
/** The name under which another file says what it lets a shape inherit. */
export const ADDED_MIXINS = 'mixins';

export interface Member {
  name: string;
  node?: number;
  isStatic?: true;
  fn?: number;
  type?: number;
  init?: number;
  getter?: true;
  /** What a namespace gives out under this name. */
  binding?: number;
}

export interface ModuleRequest {
  specifier: string;
  /** `scope`: nothing is written; names that no scope of the file declares are looked for there. */
  how: 'import' | 'export' | 'require' | 'dynamic' | 'type' | 'scope';
  line: number;
  count: number;
}

/** What is hidden can be asked for by name, but is not told of; where `true`, it is not given out by `*` either. A hidden star is looked through all the same. */
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
  /** A method that another type declares for the value: `addedMethod`. */
  | ['added', value: number, name: string, args: number]
  | ['[]', object: number, index: number]
  | ['call', callee: number, args: number[], typeArgs: number[]]
  | ['new', callee: number, args: number[], typeArgs: number[]]
  /** A call, or where the callee is a class an instance of it: languages without `new`. Of arguments given by name only some are kept. */
  | ['make', callee: number, args: number[], typeArgs: number[], named?: [name: string, value: number][]]
  | ['this', shape: number]
  | ['This', shape: number]
  | ['super', shape: number]
  | ['Super', shape: number]
  | ['await', value: number]
  | ['as', type: number]
  | ['nonnull', value: number]
  | ['or', ...values: number[]]
  /** The first, or where nothing is known of it the second: a default. */
  | ['else', value: number, fallback: number]
  | ['fn', fn: number]
  | ['class', shape: number]
  | ['object', shape: number]
  | ['array', ...values: number[]]
  | ['text', value: string]
  /** A text in a language that has texts of a type of its own. */
  | ['lit', value: string, like: number]
  /** Texts and other values, one after the other. */
  | ['concat', like: number, ...parts: number[]]
  | ['prim', name: string]
  | ['each', iterable: number]
  | ['at', list: number, index: number]
  | ['rest', value: number]
  | ['spread', value: number]
  | ['param', fn: number, index: number]
  | ['import', module: number]
  | ['require', module: number]
  /** A value after `test(value)` has held: narrowed where the test is a type predicate. */
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

/** Where a file uses something: what kind, the innermost node around it, which expression or type, first line, how often. */
export type Site = [kind: SiteKind, owner: number, target: number, line: number, count: number];
export type SiteKind = 'call' | 'new' | 'render' | 'refer' | 'type' | 'decorate';

/** A call, or something worn: `decorates` is what wears it. */
export interface HttpCall {
  owner: number;
  expr: number;
  start: number;
  end: number;
  decorates?: number;
}

/** Of a file in which nothing is found, not even the file's own node. */
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

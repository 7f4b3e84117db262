import type { GraphNode, NodeType } from '@graphtail/facts';
import type { BindingNumber, ExprNumber, FunctionNumber, ModuleNumber, NodeNumber, ShapeNumber, TypeNumber } from './numbers.ts';

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
  globals?: [name: string, binding: BindingNumber][];
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
  parent: NodeNumber;
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
  node?: NodeNumber;
  /** The node that the name means as a type, if it means another node as a value. */
  typeNode?: NodeNumber;
  /** The import that binds it. */
  from?: ImportedName;
  type?: TypeNumber;
  init?: ExprNumber;
  fn?: FunctionNumber;
  /** The shape of a class, enum or namespace whose static side is the value. */
  holder?: ShapeNumber;
  /** The shapes of the class, interface or enum that the name means as a type. */
  shapes?: ShapeNumber[];
  alias?: { type: TypeNumber; params: BindingNumber[] };
  /** The type of which it is a member, if that type is in another file. */
  of?: TypeNumber;
  param?: { constraint?: TypeNumber; default?: TypeNumber };
  /** The name stands for `init` itself, as if `this.` were written before it. */
  implied?: true;
  /** Not `const`, or assigned again. The linker follows a `const` alias to its symbol, but not such a variable. */
  mutable?: true;
}

/** A name of another module: `default`, or `*` for the module itself. */
export interface ImportedName {
  readonly module: ModuleNumber;
  readonly name: string;
}

export interface FunctionRecord {
  node?: NodeNumber;
  params: ParamRecord[];
  typeParams?: BindingNumber[];
  returns?: TypeNumber;
  /** Expressions that it returns, if no return type is written. */
  returned?: ExprNumber[];
  /** A path or an address that it returns, whatever return type is written. Callers see it too. */
  path?: ExprNumber;
  /** An object that it makes and returns, perhaps a router. Only its own file uses it. */
  made?: ExprNumber;
  yields?: true;
  isAsync?: true;
  /** The type that the context expects of this function expression. */
  context?: TypeNumber;
  /** It has a body. If it also has overloads, callers see only those and not its own signature. */
  body?: true;
  overloads?: FunctionNumber[];
  /** `x is T`: the position of the parameter that is tested, and the type. */
  predicate?: { param: number; type: TypeNumber };
}

export interface ParamRecord {
  name?: string;
  type?: TypeNumber;
  init?: ExprNumber;
  rest?: true;
  optional?: true;
}

/** A class, interface, enum, namespace, type literal or object literal: something with members. */
export interface Shape {
  kind: 'class' | 'interface' | 'enum' | 'namespace' | 'literal' | 'object';
  node?: NodeNumber;
  name?: string;
  typeParams?: BindingNumber[];
  /** `extends` of a class. */
  parent?: ParentClass;
  /** `extends` of an interface, `implements` of a class. */
  bases?: TypeNumber[];
  /** Expressions of further shapes whose members it has, in order: further bases, interfaces, traits, embedded types. */
  mixins?: ExprNumber[];
  members: Member[];
  /** A module that exports more of its members, each as `Name.member`, because other files of a package may add members. */
  extended?: ModuleNumber;
  /** A block that adds members to this type. */
  of?: TypeNumber;
  /** Members are written in separate blocks. The linker looks for overrides in those blocks, not in this shape. */
  blocks?: true;
  spreads?: ExprNumber[];
  index?: TypeNumber;
  calls?: FunctionNumber[];
  constructs?: FunctionNumber[];
  context?: TypeNumber;
}

/** Prefix of the name of a member that another file adds to a shape's static side: `Name.static member`. */
export const STATIC_EXTENSION = 'static ';
/** The name under which another file exports the shapes that it lets a shape inherit from. */
export const ADDED_MIXINS = 'mixins';

/** The class that a class extends, with its type arguments. */
export interface ParentClass {
  readonly expr: ExprNumber;
  readonly args: readonly TypeNumber[];
}

export interface Member {
  name: string;
  node?: NodeNumber;
  isStatic?: true;
  fn?: FunctionNumber;
  type?: TypeNumber;
  init?: ExprNumber;
  getter?: true;
  /** The binding that a namespace exports under this name. */
  binding?: BindingNumber;
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
  | { name: string; binding: BindingNumber; hidden?: Hiding }
  | { name: string; expr: ExprNumber; node?: NodeNumber; hidden?: Hiding }
  | { name: string; from: ImportedName; hidden?: Hiding }
  | { star: ModuleNumber; hidden?: Hiding };

/** Expression numbers unless said otherwise. */
export type Expr =
  | ['name', binding: BindingNumber]
  | ['global', name: string]
  | ['.', object: ExprNumber, name: string]
  /** A method that another type declares for the value: see `addedMethod`. */
  | ['added', value: ExprNumber, name: string, args: number]
  | ['[]', object: ExprNumber, index: ExprNumber]
  | ['call', callee: ExprNumber, args: ExprNumber[], typeArgs: TypeNumber[]]
  | ['new', callee: ExprNumber, args: ExprNumber[], typeArgs: TypeNumber[]]
  /** In languages without `new`: a call or, if the callee is a class, an instance of it. Only some named arguments are kept. */
  | ['make', callee: ExprNumber, args: ExprNumber[], typeArgs: TypeNumber[], named?: [name: string, value: ExprNumber][]]
  | ['this', shape: ShapeNumber]
  | ['This', shape: ShapeNumber]
  | ['super', shape: ShapeNumber]
  | ['Super', shape: ShapeNumber]
  | ['await', value: ExprNumber]
  | ['as', type: TypeNumber]
  | ['nonnull', value: ExprNumber]
  | ['or', ...values: ExprNumber[]]
  /** The first value or, if nothing is known about it, the second: a default. */
  | ['else', value: ExprNumber, fallback: ExprNumber]
  | ['fn', fn: FunctionNumber]
  | ['class', shape: ShapeNumber]
  | ['object', shape: ShapeNumber]
  | ['array', ...values: ExprNumber[]]
  | ['text', value: string]
  /** A text in a language in which texts have a type of their own. */
  | ['lit', value: string, like: ExprNumber]
  /** Texts and other values, joined in order. */
  | ['concat', like: ExprNumber, ...parts: ExprNumber[]]
  | ['prim', name: string]
  | ['each', iterable: ExprNumber]
  | ['at', list: ExprNumber, index: number]
  | ['rest', value: ExprNumber]
  | ['spread', value: ExprNumber]
  | ['param', fn: FunctionNumber, index: number]
  | ['import', module: ModuleNumber]
  | ['require', module: ModuleNumber]
  /** A value after `test(value)` was true. It is narrowed if the test is a type predicate. */
  | ['passed', value: ExprNumber, test: ExprNumber, argument: number]
  | ['instance', value: ExprNumber, constructor: ExprNumber]
  | ['any'];

/** Type numbers unless said otherwise. */
export type TypeExpr =
  | ['ref', binding: BindingNumber, path: string, args: TypeNumber[]]
  | ['global', name: string, args: TypeNumber[]]
  | ['union', ...types: TypeNumber[]]
  | ['and', ...types: TypeNumber[]]
  | ['array', element: TypeNumber]
  | ['tuple', ...elements: TypeNumber[]]
  | ['rest', type: TypeNumber]
  | ['fn', fn: FunctionNumber]
  | ['new', fn: FunctionNumber]
  | ['shape', shape: ShapeNumber]
  | ['typeof', expr: ExprNumber]
  | ['index', object: TypeNumber, index: TypeNumber]
  | ['keyof', type: TypeNumber]
  | ['text', value: string]
  | ['prim', name: string]
  | ['if', check: TypeNumber, extended: TypeNumber, yes: TypeNumber, no: TypeNumber]
  | ['mapped', param: BindingNumber, constraint: TypeNumber, value: TypeNumber]
  | ['infer', binding: BindingNumber]
  | ['import', module: ModuleNumber, path: string, args: TypeNumber[]]
  | ['member', type: TypeNumber, name: string]
  | ['element', type: TypeNumber]
  | ['arg', callee: ExprNumber, index: number, args: ExprNumber[], typeArgs: TypeNumber[]]
  | ['result', type: TypeNumber]
  | ['prop', component: ExprNumber, name: string]
  | ['any'];

export type Hiding = true | 'untold';

/**
 * All uses of one expression or type in one node: the innermost node around them, the line of the first, and how often. It is a tuple
 * because sites are the largest part of most extractions: with named fields, texts are a sixth longer. It is read by destructuring.
 */
export type Site =
  | readonly [kind: 'type', owner: NodeNumber, target: TypeNumber, line: number, count: number]
  | readonly [kind: Exclude<SiteKind, 'type'>, owner: NodeNumber, target: ExprNumber, line: number, count: number];
export type SiteKind = 'call' | 'new' | 'render' | 'refer' | 'type' | 'decorate';

/** A call, or a decorator or annotation. `decorates` is the number of the node that has the decorator. */
export interface HttpCall {
  owner: NodeNumber;
  expr: ExprNumber;
  start: number;
  end: number;
  decorates?: NodeNumber;
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

import type * as t from '@babel/types';
import type { FunctionRecord, NodeRecord, SiteKind } from '../../extraction/extraction.ts';
import { FILE_NODE, type BindingNumber, type ExprNumber, type NodeNumber, type TypeNumber } from '../../extraction/numbers.ts';
import type { Docstrings } from './docstring.ts';
import type { FileModel } from '../../extraction/file-model.ts';
import { Scope, TYPE, VALUE } from './scope.ts';

/** The name that a function, class or object expression gets from its place. */
export interface Naming {
  readonly name: string;
  /** What the node spans. `docStart` is the offset that a doc comment would precede. */
  readonly span: t.Node;
  readonly docStart: number;
  readonly parent: NodeNumber;
  /** The node that already exists for it. */
  readonly node?: NodeNumber;
}

/** The state of the walk over one file's syntax tree. */
export class Walk {
  readonly source: string;
  readonly model: FileModel;
  readonly docstrings: Docstrings;
  readonly any: ExprNumber;
  readonly anyType: TypeNumber;
  scope: Scope;
  /** The innermost function, method or file: the source of calls. */
  owner = FILE_NODE;
  /** The innermost node: the source of all other uses and references. */
  symbol = FILE_NODE;
  thisExpr: ExprNumber;
  superExpr: ExprNumber;
  /** The function whose `return` values are collected; undefined if its return type is written. */
  returning: FunctionRecord | undefined = undefined;
  /** The function being read. */
  giving: FunctionRecord | undefined = undefined;
  /** The type expected of a returned expression. */
  returnContext: TypeNumber | undefined = undefined;
  /** The name for functions in a returned object: that of the function that returns it. */
  returnNaming: Naming | undefined = undefined;
  /** Whether the file imports or exports. */
  isModule = false;
  /** The names that `declare global` declares. */
  readonly globals: [name: string, binding: BindingNumber][] = [];
  /** Whether an ambient namespace or module is being walked. It exports its declarations without `export`. */
  ambient = false;
  /** Reads an element that stands for markup of another language, if it is one. */
  embedded: ((node: t.JSXElement | t.JSXFragment) => boolean) | undefined = undefined;

  constructor(source: string, model: FileModel, docstrings: Docstrings) {
    this.source = source;
    this.model = model;
    this.docstrings = docstrings;
    this.any = model.expr(['any']);
    this.anyType = model.type(['any']);
    this.thisExpr = this.any;
    this.superExpr = this.any;
    this.scope = new Scope(model, undefined, true);
  }

  /** Runs `body` in a new scope inside the current one. */
  within<T>(isFunction: boolean, body: () => T): T {
    const outer = this.scope;
    this.scope = new Scope(this.model, outer, isFunction);
    try {
      return body();
    } finally {
      this.scope = outer;
    }
  }

  /**
   * Runs `body` inside a node that has declarations.
   * @param calls whether the node is also the source of calls
   */
  inside<T>(node: NodeNumber, calls: boolean, body: () => T): T {
    const { owner, symbol } = this;
    this.symbol = node;
    if (calls) this.owner = node;
    try {
      return body();
    } finally {
      this.owner = owner;
      this.symbol = symbol;
    }
  }

  node(naming: Naming, record: Omit<NodeRecord, 'name' | 'parent' | 'suffix' | 'qualifiedName' | 'start' | 'end'>): NodeNumber {
    const docstring = this.docstrings.before(naming.docStart);
    const { loc } = naming.span;
    const node: Parameters<FileModel['node']>[0] = {
      name: naming.name,
      parent: naming.parent,
      start: loc?.start.line ?? 1,
      end: loc?.end.line ?? 1,
      ...record,
    };
    if (docstring !== undefined) node.docstring = docstring;
    return this.model.node(node);
  }

  /** Records a use of an expression: a call belongs to the innermost function, any other use to the innermost node. */
  use(kind: SiteKind, target: ExprNumber | TypeNumber, at: t.Node): void {
    const owner = kind === 'call' || kind === 'new' ? this.owner : this.symbol;
    this.model.site(kind, owner, target, at.loc?.start.line ?? 1);
  }

  name(name: string): ExprNumber {
    const binding = this.scope.lookup(name, VALUE);
    return this.model.expr(binding === undefined ? ['global', name] : ['name', binding]);
  }

  typeName(name: string): BindingNumber | undefined {
    return this.scope.lookup(name, TYPE);
  }

  decision(): void {
    this.model.nodes[this.owner]!.complexity++;
  }
}

/** The name of a key if it is written out. Computed keys have none. */
export function keyName(key: t.Node, computed: boolean): string | undefined {
  switch (key.type) {
    case 'Identifier':
      return computed ? undefined : key.name;
    case 'PrivateName':
      return `#${key.id.name}`;
    case 'StringLiteral':
      return key.value;
    case 'NumericLiteral':
      return String(key.value);
    default:
      return undefined;
  }
}

/** Whether a member with this name gets a node. A name that cannot be part of a dotted name gets none. */
export function isNodeName(name: string): boolean {
  return /^[\p{L}\p{N}_$#@:./*-]{1,100}$/u.test(name);
}

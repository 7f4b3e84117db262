import type * as t from '@babel/types';
import type { FunctionRecord, NodeRecord, SiteKind } from '../extraction.ts';
import type { Docstrings } from './docstring.ts';
import type { FileModel } from '../file-model.ts';
import { Scope, TYPE, VALUE } from './scope.ts';

/** How a function, class or object expression gets its name from where it stands. */
export interface Naming {
  readonly name: string;
  /** What the node spans, and where a doc comment would precede it. */
  readonly span: t.Node;
  readonly docStart: number;
  readonly parent: number;
  /** The node that already stands for it. */
  readonly node?: number;
}

/** Where the walk over one file's syntax tree has got to. */
export class Walk {
  readonly source: string;
  readonly model: FileModel;
  readonly docstrings: Docstrings;
  readonly any: number;
  readonly anyType: number;
  scope: Scope;
  /** The innermost function, method or file: what calls. */
  owner = 0;
  /** The innermost node: what uses and refers. */
  symbol = 0;
  thisExpr: number;
  superExpr: number;
  /** The function whose `return` is collected; none where a return type is written. */
  returning: FunctionRecord | undefined = undefined;
  /** The function being read. */
  giving: FunctionRecord | undefined = undefined;
  /** The type that a returned expression is expected to have. */
  returnContext: number | undefined = undefined;
  /** The names of functions in an object that is returned: under the function that returns it. */
  returnNaming: Naming | undefined = undefined;
  /** Whether the file imports or exports. */
  isModule = false;
  /** What `declare global` declares. */
  readonly globals: [name: string, binding: number][] = [];
  /** Set while an ambient namespace or module is walked: what it declares is given out without `export`. */
  ambient = false;

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

  /** Runs `body` in a scope inside the present one. */
  within<T>(isFunction: boolean, body: () => T): T {
    const outer = this.scope;
    this.scope = new Scope(this.model, outer, isFunction);
    try {
      return body();
    } finally {
      this.scope = outer;
    }
  }

  /** Runs `body` inside a node that declares things. */
  inside<T>(node: number, calls: boolean, body: () => T): T {
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

  node(naming: Naming, record: Omit<NodeRecord, 'name' | 'parent' | 'suffix' | 'qualifiedName' | 'start' | 'end'>): number {
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

  /** A use of an expression: calls by the innermost function, all else by the innermost node. */
  use(kind: SiteKind, target: number, at: t.Node): void {
    const owner = kind === 'call' || kind === 'new' ? this.owner : this.symbol;
    this.model.site(kind, owner, target, at.loc?.start.line ?? 1);
  }

  name(name: string): number {
    const binding = this.scope.lookup(name, VALUE);
    return this.model.expr(binding === undefined ? ['global', name] : ['name', binding]);
  }

  typeName(name: string): number | undefined {
    return this.scope.lookup(name, TYPE);
  }

  decision(): void {
    this.model.nodes[this.owner]!.complexity++;
  }
}

/** A key's name where it is written out; computed keys have none. */
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

/** Whether a member of this name gets a node: one that nobody could write in a dotted name does not. */
export function isNodeName(name: string): boolean {
  return /^[\p{L}\p{N}_$#@:./*-]{1,100}$/u.test(name);
}

import type { Expr, FunctionRecord, Member, NodeRecord, SiteKind, TypeExpr } from '../../extraction/extraction.ts';
import { FileModel } from '../../extraction/file-model.ts';
import {
  FILE_NODE,
  type BindingNumber,
  type ExprNumber,
  type ModuleNumber,
  type NodeNumber,
  type ShapeNumber,
  type TypeNumber,
} from '../../extraction/numbers.ts';
import type { Language } from './language.ts';
import { Scope, type ScopeKind } from './scope.ts';
import type { Syntax } from './syntax.ts';

/** The class that is being read. */
export interface Around {
  readonly shape: ShapeNumber;
  readonly node: NodeNumber | undefined;
  /** The class around this one. */
  readonly outer?: Around;
}

/** The state of reading one file. The language's handlers interpret the syntax; the reader records what they find. */
export class Reader {
  readonly source: string;
  readonly language: Language;
  readonly model = new FileModel();
  readonly any: ExprNumber;
  readonly anyType: TypeNumber;
  scope = new Scope('module', undefined);
  readonly top = this.scope;
  /** The innermost function, method or file: the source of calls. */
  owner = FILE_NODE;
  /** The innermost node: the source of all other uses and references. */
  symbol = FILE_NODE;
  around: Around | undefined;
  /** The function whose returned values are collected; undefined if its return type is written. */
  returning: FunctionRecord | undefined;
  /** The expression for the current object: `self`, `this`. */
  thisExpr: ExprNumber | undefined;
  /** Names that mean `this`. */
  readonly selves = new Map<BindingNumber, ExprNumber>();
  /** Anything else that a language needs to remember about a file. */
  readonly notes = new Map<string, unknown>();
  readonly #tasks: (() => void)[] = [];
  readonly #values = new Map<BindingNumber, ExprNumber[]>();
  /** Number of lines before the first one, if the text being read is a piece of another. */
  #lines = 0;

  constructor(source: string, language: Language) {
    this.source = source;
    this.language = language;
    this.any = this.model.expr(['any']);
    this.anyType = this.model.type(['any']);
  }

  /** Reads a piece of syntax, and returns the number of its expression. */
  read(node: Syntax | undefined): ExprNumber {
    if (node === undefined) return this.any;
    const { decisions, handlers } = this.language;
    if (decisions.has(node.kind)) this.decision();
    const handler = handlers[node.kind];
    if (handler !== undefined) return handler(this, node) ?? this.any;
    this.readAll(node.children);
    return this.any;
  }

  readAll(nodes: readonly Syntax[]): void {
    for (const node of nodes) this.read(node);
  }

  type(node: Syntax | undefined): TypeNumber {
    return node === undefined ? this.anyType : this.language.type(this, node);
  }

  expr(expr: Expr): ExprNumber {
    return this.model.expr(expr);
  }

  typeExpr(type: TypeExpr): TypeNumber {
    return this.model.type(type);
  }

  name(name: string): ExprNumber {
    const found = this.scope.lookup(name);
    if (found === undefined) return this.language.undeclared(this, name);
    return this.selves.get(found.binding) ?? this.expr(['name', found.binding]);
  }

  /** The type with a name, which may be dotted: `a.b.C`. */
  typeName(path: string, args: TypeNumber[] = []): TypeNumber {
    const [first = '', ...rest] = path.split('.');
    const found = this.scope.lookup(first);
    if (found !== undefined) return this.typeExpr(['ref', found.binding, rest.join('.'), args]);
    const expr = this.model.exprs[this.language.undeclared(this, first)]!;
    return expr[0] === 'name' ? this.typeExpr(['ref', expr[1], rest.join('.'), args]) : this.anyType;
  }

  /** The binding of a name imported from another module. Each name has one. */
  imported(specifier: string, name: string, how: 'scope' | 'import' = 'scope', line = 1): BindingNumber {
    const key = `${specifier}\0${name}`;
    const known = this.notes.get(key) as BindingNumber | undefined;
    if (known !== undefined) return known;
    const binding = this.model.binding(name);
    this.model.bindings[binding]!.from = { module: this.module(specifier, how, line), name };
    this.notes.set(key, binding);
    return binding;
  }

  module(specifier: string, how: 'scope' | 'import', line: number): ModuleNumber {
    const number = this.model.module(specifier, how, line);
    // If a module is both searched and written in an import, the written import counts.
    const request = this.model.modules[number]!;
    if (how === 'import' && request.how === 'scope') Object.assign(request, { how, line, count: 1 });
    return number;
  }

  /** Declares a new name in the current scope. */
  declare(name: string): BindingNumber {
    const binding = this.model.binding(name);
    this.scope.set(name, binding);
    return binding;
  }

  /** Returns the binding of a name in the current scope, and declares it if hoisting has not done so. */
  declared(name: string): BindingNumber {
    return this.scope.names.get(name) ?? this.declare(name);
  }

  /** Adds a possible value of a name that other code may see. Such a name may have any of its values. */
  addValue(binding: BindingNumber, value: ExprNumber): void {
    const values = this.#values.get(binding);
    if (values === undefined) this.#values.set(binding, [value]);
    else if (!values.includes(value)) values.push(value);
  }

  hasValue(binding: BindingNumber): boolean {
    const { node, from, fn, holder, init, type } = this.model.bindings[binding]!;
    return this.#values.has(binding) || (node ?? from ?? fn ?? holder ?? init ?? type) !== undefined;
  }

  /** Assigns a value to a name. Inside a function, the name has that value from here on. */
  assign(name: string, value: ExprNumber): void {
    const found = this.scope.names.get(name);
    if (found !== undefined && (this.scope.kind !== 'function' || !this.hasValue(found))) this.addValue(found, value);
    else this.model.bindings[this.declare(name)]!.init = value;
  }

  /** Reads code that may or may not run. Afterwards, a name may have its former value or the one assigned in that code. */
  branch(body: () => void): void {
    const { scope } = this;
    for (const [name, before] of scope.branch(body)) {
      const now = scope.names.get(name);
      if (before === undefined || now === undefined || now === before || !this.hasValue(before)) continue;
      scope.set(name, this.model.binding(name));
      this.model.bindings[scope.names.get(name)!]!.init = this.expr(['or', this.expr(['name', before]), this.expr(['name', now])]);
    }
  }

  /** Runs `body` while a name has a narrower type. */
  narrowed(name: string, value: ExprNumber, body: () => void): void {
    const scope = new Scope('block', this.scope);
    scope.names.set(name, this.model.binding(name));
    this.model.bindings[scope.names.get(name)!]!.init = value;
    const outer = this.scope;
    this.scope = new Scope(outer.kind, scope);
    // Names declared inside belong to the scope around.
    const inner = this.scope;
    body();
    this.scope = outer;
    for (const [each, binding] of inner.names) outer.set(each, binding);
  }

  within(kind: ScopeKind, body: () => void): void {
    const outer = this.scope;
    this.scope = new Scope(kind, outer);
    try {
      body();
    } finally {
      this.scope = outer;
    }
  }

  /**
   * Runs `body` inside a node.
   * @param calls whether the node is also the source of calls
   */
  inside(node: NodeNumber | undefined, calls: boolean, body: () => void): void {
    const { owner, symbol } = this;
    if (node !== undefined) this.symbol = node;
    if (node !== undefined && calls) this.owner = node;
    try {
      body();
    } finally {
      this.owner = owner;
      this.symbol = symbol;
    }
  }

  /** Runs `body` later, when everything around it is declared. Function bodies are read this way. */
  defer(body: () => void): void {
    const { scope, owner, symbol, around, returning, thisExpr } = this;
    this.#tasks.push(() => {
      Object.assign(this, { scope, owner, symbol, around, returning, thisExpr });
      body();
    });
  }

  runTasks(): void {
    for (let i = 0; i < this.#tasks.length; i++) this.#tasks[i]!();
    for (const [binding, values] of this.#values) {
      const record = this.model.bindings[binding]!;
      if (record.init === undefined) record.init = values.length === 1 ? values[0]! : this.expr(['or', ...values]);
    }
  }

  use(kind: SiteKind, target: ExprNumber | TypeNumber, at: Syntax): void {
    if (target === this.any) {
      if (kind !== 'call' && kind !== 'new') return;
    }
    const owner = kind === 'call' || kind === 'new' ? this.owner : this.symbol;
    this.model.site(kind, owner, target, at.line + this.#lines);
  }

  decision(): void {
    this.model.nodes[this.owner]!.complexity++;
  }

  node(
    span: Syntax,
    record: Omit<NodeRecord, 'parent' | 'suffix' | 'qualifiedName' | 'start' | 'end' | 'complexity'> & {
      parent?: NodeNumber;
      within?: string;
    },
  ): NodeNumber {
    const complexity = record.type === 'function' || record.type === 'method' ? 1 : 0;
    return this.model.node({ parent: this.symbol, complexity, start: span.line, end: Math.max(span.line, span.endLine), ...record });
  }

  member(shape: ShapeNumber, member: Member): Member {
    this.model.shapes[shape]!.members.push(member);
    return member;
  }

  /** Reads another text as if it stood on a line of this one. */
  elsewhere<T>(line: number, body: () => T): T {
    const outer = this.#lines;
    this.#lines = line - 1;
    try {
      return body();
    } finally {
      this.#lines = outer;
    }
  }
}

import type { Expr, FunctionRecord, Member, NodeRecord, SiteKind, TypeExpr } from '../extraction.ts';
import { FileModel } from '../file-model.ts';
import type { Language } from './language.ts';
import { Scope, type ScopeKind } from './scope.ts';
import type { Syntax } from './syntax.ts';

/** The class that is being read. */
export interface Around {
  readonly shape: number;
  readonly node: number | undefined;
  /** The class around that. */
  readonly outer?: Around;
}

/** Where the reading of one file has got to. Languages tell it what a piece of syntax means; it keeps the books. */
export class Reader {
  readonly source: string;
  readonly language: Language;
  readonly model = new FileModel();
  readonly any: number;
  readonly anyType: number;
  scope = new Scope('module', undefined);
  readonly top = this.scope;
  /** The innermost function, method or file: what calls. */
  owner = 0;
  /** The innermost node: what uses and refers. */
  symbol = 0;
  around: Around | undefined;
  /** The function whose returned values are collected; none where its type is written. */
  returning: FunctionRecord | undefined;
  /** Expressions for what the language calls itself and its like: `self`, `this`. */
  thisExpr: number | undefined;
  /** Names that mean `this`. */
  readonly selves = new Map<number, number>();
  /** Whatever else a language has to remember of a file. */
  readonly notes = new Map<string, unknown>();
  readonly #tasks: (() => void)[] = [];
  readonly #values = new Map<number, number[]>();
  /** Lines before the first, where the source is a piece of another. */
  #lines = 0;

  constructor(source: string, language: Language) {
    this.source = source;
    this.language = language;
    this.any = this.model.expr(['any']);
    this.anyType = this.model.type(['any']);
  }

  /** Reads a piece of syntax and gives the expression that it is. */
  read(node: Syntax | undefined): number {
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

  type(node: Syntax | undefined): number {
    return node === undefined ? this.anyType : this.language.type(this, node);
  }

  expr(expr: Expr): number {
    return this.model.expr(expr);
  }

  typeExpr(type: TypeExpr): number {
    return this.model.type(type);
  }

  name(name: string): number {
    const found = this.scope.lookup(name);
    if (found === undefined) return this.language.undeclared(this, name);
    return this.selves.get(found.binding) ?? this.expr(['name', found.binding]);
  }

  /** A type of that name, which may be dotted: `a.b.C`. */
  typeName(path: string, args: number[] = []): number {
    const [first = '', ...rest] = path.split('.');
    const found = this.scope.lookup(first);
    if (found !== undefined) return this.typeExpr(['ref', found.binding, rest.join('.'), args]);
    const expr = this.model.exprs[this.language.undeclared(this, first)]!;
    return expr[0] === 'name' ? this.typeExpr(['ref', expr[1], rest.join('.'), args]) : this.anyType;
  }

  /** The name as another module gives it out, one binding for each. */
  imported(specifier: string, name: string, how: 'scope' | 'import' = 'scope', line = 1): number {
    const key = `${specifier}\0${name}`;
    const known = this.notes.get(key) as number | undefined;
    if (known !== undefined) return known;
    const binding = this.model.binding(name);
    this.model.bindings[binding]!.from = [this.module(specifier, how, line), name];
    this.notes.set(key, binding);
    return binding;
  }

  module(specifier: string, how: 'scope' | 'import', line: number): number {
    const number = this.model.module(specifier, how, line);
    // Where a package is both searched and written, it is written.
    const request = this.model.modules[number]!;
    if (how === 'import' && request.how === 'scope') Object.assign(request, { how, line, count: 1 });
    return number;
  }

  /** A new name in the present scope. */
  declare(name: string): number {
    const binding = this.model.binding(name);
    this.scope.set(name, binding);
    return binding;
  }

  /** The name in the present scope if it was made known beforehand, otherwise a new one. */
  declared(name: string): number {
    return this.scope.names.get(name) ?? this.declare(name);
  }

  /** A value that a name, which others may see, is given: the name may mean any that it is given. */
  addValue(binding: number, value: number): void {
    const values = this.#values.get(binding);
    if (values === undefined) this.#values.set(binding, [value]);
    else if (!values.includes(value)) values.push(value);
  }

  hasValue(binding: number): boolean {
    const { node, from, fn, holder, init, type } = this.model.bindings[binding]!;
    return this.#values.has(binding) || (node ?? from ?? fn ?? holder ?? init ?? type) !== undefined;
  }

  /** A name is given a value: inside a function it means that from here on. */
  assign(name: string, value: number): void {
    const found = this.scope.names.get(name);
    if (found !== undefined && (this.scope.kind !== 'function' || !this.hasValue(found))) this.addValue(found, value);
    else this.model.bindings[this.declare(name)]!.init = value;
  }

  /** Reads what may be done or not: after it, a name may mean what it did before or what it was given. */
  branch(body: () => void): void {
    const { scope } = this;
    for (const [name, before] of scope.branch(body)) {
      const now = scope.names.get(name);
      if (before === undefined || now === undefined || now === before || !this.hasValue(before)) continue;
      scope.set(name, this.model.binding(name));
      this.model.bindings[scope.names.get(name)!]!.init = this.expr(['or', this.expr(['name', before]), this.expr(['name', now])]);
    }
  }

  /** Reads with a name known to be of a narrower type. */
  narrowed(name: string, value: number, body: () => void): void {
    const scope = new Scope('block', this.scope);
    scope.names.set(name, this.model.binding(name));
    this.model.bindings[scope.names.get(name)!]!.init = value;
    const outer = this.scope;
    this.scope = new Scope(outer.kind, scope);
    // What is declared inside belongs to the scope around.
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

  /** Reads something inside a node. `calls`: it is what calls, too. */
  inside(node: number | undefined, calls: boolean, body: () => void): void {
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

  /** Reads later, when everything around is declared: the body of a function. */
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

  use(kind: SiteKind, target: number, at: Syntax): void {
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
    record: Omit<NodeRecord, 'parent' | 'suffix' | 'qualifiedName' | 'start' | 'end' | 'complexity'> & { parent?: number; within?: string },
  ): number {
    const complexity = record.type === 'function' || record.type === 'method' ? 1 : 0;
    return this.model.node({ parent: this.symbol, complexity, start: span.line, end: Math.max(span.line, span.endLine), ...record });
  }

  member(shape: number, member: Member): Member {
    this.model.shapes[shape]!.members.push(member);
    return member;
  }

  /** Reads another text as if it stood in a line of this one. */
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

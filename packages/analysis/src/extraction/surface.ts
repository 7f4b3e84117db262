import { hashText, lanesToHex } from '@graphtail/facts/plain';
import type { Binding, Expr, FunctionRecord, Member, Shape, SourceExtraction, Surface, TypeExpr } from './extraction.ts';
import type { BindingNumber, ExprNumber, FunctionNumber, NodeNumber, ShapeNumber, TypeNumber } from './numbers.ts';

type Tables = Pick<SourceExtraction, 'nodes' | 'bindings' | 'functions' | 'shapes' | 'exprs' | 'types' | 'modules' | 'exports'>;

/**
 * Divides a file into parts: one for each name at its top level, and one for each expression that it exports. Then it
 * hashes everything of a part on which another file could depend. The hash does not contain lines, numbers of tables, or
 * bodies of functions with a written return type. So an edit inside a function mostly leaves every hash as it was.
 *
 * @param roots names and numbers of the bindings at the top level
 */
export function surfaceOf(tables: Tables, roots: readonly (readonly [name: string, binding: BindingNumber])[]): Surface {
  const surface: Surface = { parts: [], hashes: [], bindings: [], functions: [], shapes: [] };
  const tops = new Map(roots.map(([name, binding]) => [binding, name]));
  for (const [name, binding] of roots) {
    const part = surface.parts.push(name) - 1;
    surface.hashes.push(new PartWriter(tables, surface, part, tops, binding).write((writer) => writer.binding(binding)));
  }
  for (const entry of tables.exports) {
    if (!('expr' in entry)) continue;
    const part = surface.parts.push(`export ${entry.name}`) - 1;
    surface.hashes.push(new PartWriter(tables, surface, part, tops, undefined).write((writer) => writer.expr(entry.expr)));
  }
  return surface;
}

/** Bindings, functions, shapes, expressions and types, in this order. */
const TABLES = 5;
type Table = 0 | 1 | 2 | 3 | 4;

export function isTextual(expr: Expr): boolean {
  return expr[0] === 'text' || expr[0] === 'lit' || expr[0] === 'concat';
}

/** Writes the content of a part in an order that depends only on its structure. */
class PartWriter {
  readonly #tables: Tables;
  readonly #surface: Surface;
  readonly #part: number;
  readonly #tops: ReadonlyMap<BindingNumber, string>;
  readonly #root: BindingNumber | undefined;
  readonly #seen = new Map<number, number>();
  readonly #text: string[] = [];

  constructor(tables: Tables, surface: Surface, part: number, tops: ReadonlyMap<BindingNumber, string>, root: BindingNumber | undefined) {
    this.#tables = tables;
    this.#surface = surface;
    this.#part = part;
    this.#tops = tops;
    this.#root = root;
  }

  write(body: (writer: PartWriter) => void): string {
    body(this);
    return lanesToHex(hashText(this.#text.join(' ')));
  }

  /** @returns whether it was written before. If so, this has written only its place in the order */
  #again(table: Table, number: number): boolean {
    const key = number * TABLES + table;
    const known = this.#seen.get(key);
    if (known !== undefined) {
      this.#text.push(`^${String(known)}`);
      return true;
    }
    this.#seen.set(key, this.#seen.size);
    return false;
  }

  #node(node: NodeNumber | undefined): void {
    if (node === undefined) return;
    const { type, suffix } = this.#tables.nodes[node]!;
    this.#text.push(`=${type}#${suffix}`);
  }

  binding(number: BindingNumber): void {
    const top = this.#tops.get(number);
    if (top !== undefined && number !== this.#root) {
      this.#text.push(`@${top}`);
      return;
    }
    if (this.#again(0, number)) return;
    this.#surface.bindings[number] = this.#part;
    const binding: Binding = this.#tables.bindings[number]!;
    this.#text.push('b');
    this.#node(binding.node);
    this.#node(binding.typeNode);
    if (binding.from !== undefined) this.#text.push('from', this.#tables.modules[binding.from.module]!.specifier, binding.from.name);
    if (binding.type !== undefined) {
      this.type(binding.type);
      this.#constant(binding.init);
    } else if (binding.init !== undefined) this.expr(binding.init);
    if (binding.fn !== undefined) this.fn(binding.fn);
    if (binding.holder !== undefined) this.shape(binding.holder);
    for (const shape of binding.shapes ?? []) this.shape(shape);
    if (binding.alias !== undefined) {
      this.#bindings(binding.alias.params);
      this.type(binding.alias.type);
    }
    if (binding.of !== undefined) this.type(binding.of);
    if (binding.param !== undefined) {
      this.#text.push('<');
      if (binding.param.constraint !== undefined) this.type(binding.param.constraint);
      this.#text.push('=');
      if (binding.param.default !== undefined) this.type(binding.param.default);
    }
  }

  #bindings(numbers: readonly BindingNumber[] | undefined): void {
    for (const number of numbers ?? []) this.binding(number);
  }

  fn(number: FunctionNumber): void {
    if (this.#again(1, number)) return;
    this.#surface.functions[number] = this.#part;
    const record: FunctionRecord = this.#tables.functions[number]!;
    this.#text.push(
      'f',
      record.isAsync === true ? 'async' : '',
      record.yields === true ? 'yields' : '',
      record.body === true ? 'body' : '',
    );
    this.#node(record.node);
    this.#bindings(record.typeParams);
    let contextual = false;
    for (const param of record.params) {
      this.#text.push(param.rest === true ? '...' : ',', param.optional === true ? '?' : '');
      if (param.type !== undefined) this.type(param.type);
      else contextual = true;
      this.#text.push('=');
      if (param.init !== undefined) this.expr(param.init);
    }
    if (contextual && record.context !== undefined) this.type(record.context);
    if (record.returns !== undefined) this.type(record.returns);
    else for (const value of record.returned ?? []) this.expr(value);
    if (record.path !== undefined) this.expr(record.path);
    if (record.predicate !== undefined) {
      this.#text.push('is', String(record.predicate.param));
      this.type(record.predicate.type);
    }
    for (const overload of record.overloads ?? []) this.fn(overload);
  }

  shape(number: ShapeNumber): void {
    if (this.#again(2, number)) return;
    this.#surface.shapes[number] = this.#part;
    const shape: Shape = this.#tables.shapes[number]!;
    this.#text.push('s', shape.kind);
    this.#node(shape.node);
    this.#bindings(shape.typeParams);
    if (shape.parent !== undefined) {
      this.#text.push('extends');
      this.expr(shape.parent.expr);
      for (const arg of shape.parent.args) this.type(arg);
    }
    for (const base of shape.bases ?? []) this.type(base);
    for (const mixin of shape.mixins ?? []) this.expr(mixin);
    for (const member of shape.members) this.#member(member);
    for (const spread of shape.spreads ?? []) this.expr(spread);
    if (shape.extended !== undefined) this.#text.push('extended', this.#tables.modules[shape.extended]!.specifier);
    this.#text.push('index');
    if (shape.index !== undefined) this.type(shape.index);
    for (const fn of shape.calls ?? []) this.fn(fn);
    this.#text.push('new');
    for (const fn of shape.constructs ?? []) this.fn(fn);
  }

  #member(member: Member): void {
    this.#text.push('.', member.name, member.isStatic === true ? 'static' : '', member.getter === true ? 'get' : '');
    this.#node(member.node);
    if (member.fn !== undefined) this.fn(member.fn);
    if (member.type !== undefined) {
      this.type(member.type);
      this.#constant(member.init);
    } else if (member.init !== undefined) this.expr(member.init);
    if (member.binding !== undefined) this.binding(member.binding);
  }

  /** Writes the initial value of something with a written type if the value is a text, because a path may be built from it. */
  #constant(init: ExprNumber | undefined): void {
    if (init !== undefined && isTextual(this.#tables.exprs[init]!)) this.expr(init);
  }

  expr(number: ExprNumber): void {
    if (this.#again(3, number)) return;
    const expr: Expr = this.#tables.exprs[number]!;
    this.#text.push(expr[0]);
    switch (expr[0]) {
      case 'name':
        this.binding(expr[1]);
        break;
      case 'global':
      case 'prim':
        this.#text.push(expr[1]);
        break;
      case 'text':
        this.#text.push(JSON.stringify(expr[1]));
        break;
      case '.':
        this.expr(expr[1]);
        this.#text.push(expr[2]);
        break;
      case 'added':
        this.expr(expr[1]);
        this.#text.push(expr[2], String(expr[3]));
        break;
      case 'call':
      case 'new':
      case 'make':
        this.expr(expr[1]);
        for (const arg of expr[2]) this.expr(arg);
        for (const arg of expr[3]) this.type(arg);
        for (const [name, value] of (expr[0] === 'make' ? expr[4] : undefined) ?? []) {
          this.#text.push(name);
          this.expr(value);
        }
        break;
      case 'lit':
        this.#text.push(JSON.stringify(expr[1]));
        this.expr(expr[2]);
        break;
      case 'this':
      case 'This':
      case 'super':
      case 'Super':
      case 'class':
      case 'object':
        this.shape(expr[1]);
        break;
      case 'as':
        this.type(expr[1]);
        break;
      case 'fn':
        this.fn(expr[1]);
        break;
      case 'param':
        this.fn(expr[1]);
        this.#text.push(String(expr[2]));
        break;
      case 'at':
        this.expr(expr[1]);
        this.#text.push(String(expr[2]));
        break;
      case 'passed':
        this.expr(expr[1]);
        this.expr(expr[2]);
        this.#text.push(String(expr[3]));
        break;
      case 'import':
      case 'require':
        this.#text.push(this.#tables.modules[expr[1]]!.specifier);
        break;
      case 'any':
        break;
      default:
        for (const part of expr.slice(1) as ExprNumber[]) this.expr(part);
    }
    this.#text.push(';');
  }

  type(number: TypeNumber): void {
    if (this.#again(4, number)) return;
    const type: TypeExpr = this.#tables.types[number]!;
    this.#text.push(type[0]);
    switch (type[0]) {
      case 'ref':
        this.binding(type[1]);
        this.#text.push(type[2]);
        for (const arg of type[3]) this.type(arg);
        break;
      case 'global':
        this.#text.push(type[1]);
        for (const arg of type[2]) this.type(arg);
        break;
      case 'text':
        this.#text.push(JSON.stringify(type[1]));
        break;
      case 'prim':
        this.#text.push(type[1]);
        break;
      case 'fn':
      case 'new':
        this.fn(type[1]);
        break;
      case 'shape':
        this.shape(type[1]);
        break;
      case 'typeof':
        this.expr(type[1]);
        break;
      case 'mapped':
        this.binding(type[1]);
        this.type(type[2]);
        this.type(type[3]);
        break;
      case 'infer':
        this.binding(type[1]);
        break;
      case 'import':
        this.#text.push(this.#tables.modules[type[1]]!.specifier, type[2]);
        for (const arg of type[3]) this.type(arg);
        break;
      case 'member':
        this.type(type[1]);
        this.#text.push(type[2]);
        break;
      case 'arg':
        this.expr(type[1]);
        this.#text.push(String(type[2]));
        for (const arg of type[3]) this.expr(arg);
        for (const arg of type[4]) this.type(arg);
        break;
      case 'prop':
        this.expr(type[1]);
        this.#text.push(type[2]);
        break;
      case 'any':
        break;
      default:
        for (const part of type.slice(1) as TypeNumber[]) this.type(part);
    }
    this.#text.push(';');
  }
}

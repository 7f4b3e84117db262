import { parse, parseExpression } from '@babel/parser';
import type * as t from '@babel/types';
import { FILE_NODE, type ExprNumber } from '../../../extraction/numbers.ts';
import { readValue, readExpression } from '../expressions.ts';
import { declarePattern, hoist } from '../hoist.ts';
import { optionsFor } from '../parse.ts';
import { bindPattern } from '../patterns.ts';
import { Scope } from '../scope.ts';
import { walkStatements } from '../statements.ts';
import type { Walk } from '../walk.ts';
import type { Span } from './markup.ts';

/** Reads the code of a template with the reader of scripts, in the scope where it stands. Lines are those of the file. */
export class CodeReader {
  readonly w: Walk;
  readonly text: string;
  readonly #options: ReturnType<typeof optionsFor>;
  readonly #lines: readonly number[];
  #error: string | undefined;

  constructor(w: Walk, text: string, extension: string) {
    this.w = w;
    this.text = text;
    this.#options = optionsFor(extension);
    this.#lines = lineEndsOf(w, text);
  }

  /** Reads an expression whose value is passed on. */
  value(span: Span, code = this.slice(span)): ExprNumber | undefined {
    const node = this.expression(span, code);
    return node === undefined ? undefined : readValue(this.w, node);
  }

  /** Reads what an event runs: a function, or statements. */
  handler(span: Span, code = this.slice(span)): void {
    const node = this.#attempt(span.start, (options) => parseExpression(code, options));
    if (node !== undefined) {
      if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression') readExpression(this.w, node);
      else readValue(this.w, node);
      return;
    }
    const program = this.#parse(span.start, (options) => parse(code, options));
    if (program === undefined) return;
    this.inScope(() => {
      hoist(program.program.body, this.w.scope);
      walkStatements(this.w, program.program.body);
    });
  }

  expression(span: Span, code = this.slice(span)): t.Expression | undefined {
    return isBlank(code) ? undefined : this.#parse(span.start, (options) => parseExpression(code, options));
  }

  /** Reads a declaration (`total = a + b`) into the present scope. `keyword` is the word that a script would write before it. */
  declare(span: Span, keyword: string): void {
    const program = this.#parse(span.start - keyword.length, (options) => parse(keyword + this.slice(span), options));
    if (program === undefined) return;
    hoist(program.program.body, this.w.scope);
    const { scope } = this.w;
    walkStatements(this.w, program.program.body);
    this.w.scope = scope;
  }

  /** Tells on the file's node what did not parse first. */
  tell(): void {
    if (this.#error !== undefined) this.w.model.nodes[FILE_NODE]!.parse_error ??= this.#error;
  }

  /** Declares the names of parameters (`{ item }, index`) in the present scope. The first is given a value. */
  parameters(span: Span, values: readonly ExprNumber[] = []): void {
    const code = this.slice(span);
    if (isBlank(code)) return;
    const node = this.#parse(span.start - 1, (options) => parseExpression(`(${code})=>0`, options));
    if (node?.type !== 'ArrowFunctionExpression') return;
    node.params.forEach((param, i) => {
      declarePattern(param, this.w.scope);
      bindPattern(this.w, param.type === 'RestElement' ? param.argument : param, values[i] ?? this.w.any, undefined);
    });
  }

  /** Runs `body` in a scope of its own. */
  inScope(body: () => void): void {
    const outer = this.w.scope;
    this.w.scope = new Scope(this.w.model, outer, false, false);
    body();
    this.w.scope = outer;
  }

  slice({ start, end }: Span): string {
    return this.text.slice(start, end);
  }

  lineOf(offset: number): number {
    return this.#positionOf(offset).line;
  }

  /** A place for what has no syntax node of its own, such as a tag. */
  at(start: number): t.Node {
    return { loc: { start: this.#positionOf(start) } } as unknown as t.Node;
  }

  #parse<Result>(start: number, parser: (options: object) => Result): Result | undefined {
    try {
      return parser(this.#at(start));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#error ??= `template: ${error.message}`.slice(0, 300);
      return undefined;
    }
  }

  #attempt<Result>(start: number, parser: (options: object) => Result): Result | undefined {
    try {
      return parser(this.#at(start));
    } catch {
      return undefined;
    }
  }

  #at(start: number): object {
    const { line, column } = this.#positionOf(start);
    return { ...this.#options, errorRecovery: false, startLine: line, startColumn: column, startIndex: start };
  }

  #positionOf(offset: number): { line: number; column: number } {
    let [low, high] = [0, this.#lines.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#lines[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return { line: low + 1, column: Math.max(0, offset - (low === 0 ? 0 : this.#lines[low - 1]! + 1)) };
  }
}

/** Whether there are only spaces and comments. */
function isBlank(code: string): boolean {
  for (let at = 0; at < code.length; at++) {
    if (/\s/.test(code[at]!)) continue;
    const isLine = code.startsWith('//', at);
    if (!isLine && !code.startsWith('/*', at)) return false;
    const end = code.indexOf(isLine ? '\n' : '*/', at + 2);
    if (end === -1) return isLine;
    at = isLine ? end : end + 1;
  }
  return true;
}

const lineEnds = new WeakMap<Walk, readonly number[]>();

/** Where the lines of a file end: computed once, since a file may have many templates. */
function lineEndsOf(w: Walk, text: string): readonly number[] {
  let known = lineEnds.get(w);
  if (known === undefined) {
    const ends: number[] = [];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) ends.push(at);
    lineEnds.set(w, (known = ends));
  }
  return known;
}

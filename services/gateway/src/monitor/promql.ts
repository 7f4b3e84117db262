/** The part of PromQL that the rules use: https://prometheus.io/docs/prometheus/latest/querying/basics/ */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'series'; readonly name: string; readonly where: readonly Matcher[] }
  | { readonly kind: 'increase' | 'rate'; readonly of: Extract<Expression, { kind: 'series' }>; readonly seconds: number }
  | { readonly kind: 'quantile'; readonly q: number; readonly of: Expression }
  | { readonly kind: 'sum' | 'count' | 'max'; readonly by: readonly string[]; readonly of: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };
export type Matcher = { readonly label: string; readonly operator: '=' | '!=' | '=~' | '!~'; readonly value: string };
export type Operator = '/' | '*' | '+' | '-' | '>' | '<' | '>=' | '<=' | '==' | '!=' | 'and' | 'or' | 'unless';

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*")|(\[\d+[smhd]\])|([a-zA-Z_:][\w:]*)|(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(=~|!~|==|!=|>=|<=|[-+*/<>=(){},]))/y;
/** From those that bind least. */
const PRECEDENCE: readonly (readonly Operator[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '>', '<', '>=', '<='],
  ['+', '-'],
  ['*', '/'],
];
const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Parses an expression. @throws {SyntaxError} if it uses a part of PromQL that is not known here */
export function parsePromql(text: string): Expression {
  return new Parser(text).whole();
}

class Parser {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    const end = text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const from = TOKEN.lastIndex;
      const [token] = TOKEN.exec(text) ?? [];
      if (token === undefined) throw new SyntaxError(`not known in PromQL: ${text.slice(from, from + 20)}`);
      this.#tokens.push(token.trim());
    }
  }

  whole(): Expression {
    const expression = this.#binary(0);
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return expression;
  }

  #binary(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return this.#operand();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((each) => each === this.#tokens[this.#at]);
      if (operator === undefined) return left;
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #operand(): Expression {
    const token = this.#next();
    if (token === '(') return this.#closed(this.#binary(0));
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    switch (token) {
      case 'increase':
      case 'rate':
        this.#expect('(');
        return this.#closed(this.#range(token));
      case 'histogram_quantile': {
        this.#expect('(');
        const q = Number(this.#next());
        this.#expect(',');
        return this.#closed({ kind: 'quantile', q, of: this.#binary(0) });
      }
      case 'sum':
      case 'count':
      case 'max': {
        const by = this.#takes('by') ? this.#names() : [];
        this.#expect('(');
        return this.#closed({ kind: token, by, of: this.#binary(0) });
      }
      default:
        this.#at--;
        return this.#series();
    }
  }

  #range(kind: 'increase' | 'rate'): Expression {
    const of = this.#series();
    const [, count = '', unit = ''] = /^\[(\d+)([smhd])\]$/.exec(this.#next()) ?? [];
    if (count === '') throw this.#unexpected();
    return { kind, of, seconds: Number(count) * SECONDS[unit as keyof typeof SECONDS] };
  }

  #series(): Extract<Expression, { kind: 'series' }> {
    const name = this.#next();
    if (!/^[a-zA-Z_:][\w:]*$/.test(name)) throw this.#unexpected();
    const where: Matcher[] = [];
    if (this.#takes('{')) {
      while (!this.#takes('}')) {
        const label = this.#next();
        const operator = this.#next() as Matcher['operator'];
        where.push({ label, operator, value: JSON.parse(this.#next()) as string });
        this.#takes(',');
      }
    }
    return { kind: 'series', name, where };
  }

  #names(): string[] {
    const names: string[] = [];
    this.#expect('(');
    while (!this.#takes(')')) {
      names.push(this.#next());
      this.#takes(',');
    }
    return names;
  }

  #closed(expression: Expression): Expression {
    this.#expect(')');
    return expression;
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError('the expression ends too early');
    return token;
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#takes(token)) throw this.#unexpected();
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`unexpected in PromQL: ${this.#tokens.slice(Math.max(0, this.#at - 2), this.#at + 3).join(' ')}`);
  }
}

/** The metrics that an expression reads. */
export function metricsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'series':
      return [expression.name];
    case 'binary':
      return [...metricsIn(expression.left), ...metricsIn(expression.right)];
    default:
      return metricsIn(expression.of);
  }
}

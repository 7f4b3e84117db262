import { noteGiven } from '../../extraction/http-calls.ts';
import type { FunctionRecord, NodeRecord } from '../../extraction/extraction.ts';
import type { BindingNumber, ExprNumber, FunctionNumber, NodeNumber, TypeNumber } from '../../extraction/numbers.ts';
import { oneLine } from '../../extraction/one-line.ts';
import type { Reader } from './reader.ts';
import type { Syntax } from './syntax.ts';

/** A parameter, in the form that all languages share. */
export interface Parameter {
  readonly name: string;
  readonly type?: Syntax | undefined;
  readonly default?: Syntax | undefined;
  readonly rest?: true;
  readonly optional?: true;
  /** What the name means inside the function if that is not the argument: `self`. */
  readonly value?: ExprNumber;
}

export interface FunctionSyntax {
  readonly name: string;
  /** From the first modifier or decorator to the end. */
  readonly span: Syntax;
  /** Where the signature begins; it ends where the body begins. */
  readonly head: Syntax;
  readonly body: Syntax | undefined;
  readonly params: readonly Parameter[];
  readonly returns?: Syntax | undefined;
  /** Bindings of the type parameters that are in scope. */
  readonly typeParams?: readonly BindingNumber[];
  /** The type expected at the function's place. Parameters without a written type get theirs from it. */
  readonly context?: TypeNumber;
  readonly isAsync?: boolean;
  readonly yields?: boolean;
  readonly thisExpr?: ExprNumber | undefined;
  /** Reads the body. By default, the value of the body is not what the function returns. */
  readonly read?: (body: Syntax) => void;
}

export type Attributes = Partial<NodeRecord> & { type: NodeRecord['type']; within?: string };

/** Characters that an ID may contain, including Ruby's `valid?`, `name=` and `<=>`. */
const NAME = /^[^\s|~#]{1,100}$/u;

/** Declares a function with its node and its signature. The body is read later. */
export function defineFunction(
  r: Reader,
  syntax: FunctionSyntax,
  attributes: Attributes,
): { node: NodeNumber | undefined; fn: FunctionNumber } {
  const { name, span, head, body, params, returns } = syntax;
  const record: FunctionRecord = { params: [] };
  const fn = r.model.function(record);
  if (NAME.test(name)) {
    const until = body?.start ?? head.end;
    const node: Parameters<Reader['node']>[1] = {
      name,
      signature: oneLine(r.source, head.start, until).replace(/\s*(?:[{;:]|=>?)\s*$/, ''),
      ...attributes,
    };
    if (returns !== undefined) node.return_type = oneLine(r.source, returns.start, returns.end);
    const own = params.filter((param) => param.value === undefined);
    if (own.length > 0)
      node.parameter_types = own.map(({ type }) => (type === undefined ? 'any' : oneLine(r.source, type.start, type.end)));
    if (syntax.isAsync === true) node.is_async = true;
    record.node = r.node(span, node);
  }
  if (body !== undefined) record.body = true;
  readFunction(r, record, fn, syntax);
  return { node: record.node, fn };
}

/** Reads a function that has no node of its own. What it does counts as done by the function around it. */
export function anonymousFunction(r: Reader, syntax: Omit<FunctionSyntax, 'name' | 'span' | 'head'>): ExprNumber {
  const record: FunctionRecord = { params: [], body: true };
  const fn = r.model.function(record);
  readFunction(r, record, fn, syntax);
  return r.expr(['fn', fn]);
}

function readFunction(r: Reader, record: FunctionRecord, fn: FunctionNumber, syntax: Omit<FunctionSyntax, 'name' | 'span' | 'head'>): void {
  const { body, params, returns, typeParams, isAsync, yields, thisExpr } = syntax;
  if (isAsync === true) record.isAsync = true;
  if (yields === true) record.yields = true;
  if (syntax.context !== undefined) record.context = syntax.context;
  if (typeParams !== undefined && typeParams.length > 0) record.typeParams = [...typeParams];
  r.inside(record.node, false, () => {
    for (const param of params) {
      if (param.value !== undefined) continue;
      const written = param.type === undefined ? undefined : r.type(param.type);
      const type = written === undefined || param.rest !== true ? written : r.typeExpr(['array', written]);
      record.params.push({
        name: param.name,
        ...(type === undefined ? {} : { type }),
        ...(param.default === undefined ? {} : { init: r.read(param.default) }),
        ...(param.rest === true ? { rest: true } : {}),
        ...(param.optional === true ? { optional: true } : {}),
      });
    }
    if (returns !== undefined) record.returns = r.type(returns);
  });
  if (body === undefined) return;
  r.defer(() => {
    if (thisExpr !== undefined) r.thisExpr = thisExpr;
    r.returning = record;
    r.within('function', () =>
      r.inside(record.node, true, () => {
        let index = 0;
        for (const param of params) {
          const number = r.declare(param.name);
          r.model.bindings[number]!.init = param.value ?? r.expr(['param', fn, index++]);
          if (param.value !== undefined) r.selves.set(number, param.value);
        }
        r.language.hoist(r, body);
        if (syntax.read === undefined) r.read(body);
        else syntax.read(body);
      }),
    );
  });
}

/** Notes a value that the current function returns. */
export function returned(r: Reader, value: ExprNumber): void {
  if (r.returning !== undefined) noteGiven(r.model, r.returning, value);
  if (r.returning === undefined || r.returning.returns !== undefined) return;
  const values = (r.returning.returned ??= []);
  if (values.length < 16 && !values.includes(value)) values.push(value);
}

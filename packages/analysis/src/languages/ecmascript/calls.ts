import type * as t from '@babel/types';
import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { readExpression, readValue } from './expressions.ts';
import { noteHttpCall } from '../../extraction/http-calls.ts';
import { readTypeArguments } from './types.ts';
import type { Naming, Walk } from './walk.ts';

type Call = t.CallExpression | t.OptionalCallExpression;

/** Callees that return the function they are given. The function keeps the name of the call's result. */
const WRAPPER =
  /^(?:memo|forwardRef|observer|once|lazy|useCallback|useEvent\w*|useEffectEvent|useStable\w*|throttle\w*|debounce\w*|memoize\w*|curry|promisify|asyncHandler|wrap\w*|with[A-Z]\w*|cache|action)$/;

export function readCall(w: Walk, node: Call, naming: Naming | undefined): ExprNumber {
  const { model } = w;
  const { callee } = node;
  if (callee.type === 'Import') return readDynamicImport(w, node.arguments[0], node);
  if (isRequire(w, node)) return model.expr(['require', model.module(node.arguments[0].value, 'require', node.loc?.start.line ?? 1)]);
  const target = readExpression(w, callee);
  // A function that is called where it is written is part of the code around it.
  if (callee.type !== 'FunctionExpression' && callee.type !== 'ArrowFunctionExpression') {
    w.use(callee.type === 'Super' ? 'new' : 'call', target, node);
  }
  const typeArgs = readTypeArguments(w, node.typeArguments);
  const inner = naming === undefined || !isWrapper(callee) ? objectNaming(naming) : () => naming;
  const value = model.expr(['call', target, readArguments(w, target, node.arguments, typeArgs, inner), typeArgs]);
  noteHttpCall(model, w.owner, value, node.loc?.start.line ?? 1, node.loc?.end.line ?? 1);
  return value;
}

export function readNew(w: Walk, node: t.NewExpression): ExprNumber {
  const target = readExpression(w, node.callee);
  w.use('new', target, node);
  const typeArgs = readTypeArguments(w, node.typeArguments);
  return w.model.expr(['new', target, readArguments(w, target, node.arguments, typeArgs, () => undefined), typeArgs]);
}

export function readDynamicImport(w: Walk, source: t.Node | undefined, node: t.Node): ExprNumber {
  if (source?.type === 'StringLiteral') return w.model.expr(['import', w.model.module(source.value, 'dynamic', node.loc?.start.line ?? 1)]);
  if (source !== undefined) readExpression(w, source);
  return w.any;
}

/** Reads arguments that are functions or literals last, because the types expected of them may depend on the other arguments. */
function readArguments(
  w: Walk,
  callee: ExprNumber,
  args: Call['arguments'],
  typeArgs: TypeNumber[],
  namingOf: (node: t.Node) => Naming | undefined,
): ExprNumber[] {
  const numbers = args.map((arg) => (isContextual(arg) ? w.any : readValue(w, arg)));
  const known = [...numbers];
  args.forEach((arg, i) => {
    if (!isContextual(arg)) return;
    numbers[i] = readValue(w, arg, w.model.type(['arg', callee, i, known, typeArgs]), namingOf(arg));
  });
  return numbers;
}

function isContextual(node: t.Node): boolean {
  switch (node.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'ObjectExpression':
    case 'ArrayExpression':
      return true;
    case 'ConditionalExpression':
      return isContextual(node.consequent) || isContextual(node.alternate);
    default:
      return false;
  }
}

/** `const action = register({ perform() {} })`: the members of the literal get the constant's name. */
function objectNaming(naming: Naming | undefined): (node: t.Node) => Naming | undefined {
  return (node) => (node.type === 'ObjectExpression' ? naming : undefined);
}

function isWrapper(callee: t.Node): boolean {
  if (callee.type === 'Identifier') return WRAPPER.test(callee.name);
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && WRAPPER.test(callee.property.name);
}

/** Whether a function passed to this call keeps the name of the call's result. */
export function wrapsFunction(node: t.Node): boolean {
  if (node.type !== 'CallExpression' || !isWrapper(node.callee)) return false;
  return node.arguments.some((arg) => arg.type === 'ArrowFunctionExpression' || arg.type === 'FunctionExpression' || wrapsFunction(arg));
}

function isRequire(w: Walk, node: Call): node is Call & { arguments: [t.StringLiteral] } {
  const [first] = node.arguments;
  if (node.callee.type !== 'Identifier' || node.callee.name !== 'require' || first?.type !== 'StringLiteral') return false;
  return w.model.exprs[w.name('require')]?.[0] === 'global';
}

import type * as t from '@babel/types';
import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { readCall, readDynamicImport, readNew } from './calls.ts';
import { readAssignment } from './assignments.ts';
import { readClass } from './classes.ts';
import { functionNode, readFunction } from './functions.ts';
import { isDecision } from './complexity.ts';
import { readJsx } from './jsx.ts';
import { narrowed } from './narrowing.ts';
import { readObject } from './objects.ts';
import { readType, readTypeArguments } from './types.ts';
import { keyName, type Naming, type Walk } from './walk.ts';

const MAX_TEXT = 256;
const MAX_PARTS = 12;
const MAX_ELEMENTS = 8;

/**
 * Reads an expression and everything that is used inside it.
 *
 * @param context the type expected at the expression's place
 * @param naming the name that a function, class or object gets at this place
 * @returns the number of the expression
 */
export function readExpression(w: Walk, node: t.Node, context?: TypeNumber, naming?: Naming): ExprNumber {
  const { model } = w;
  if (isDecision(node)) w.decision();
  switch (node.type) {
    case 'Identifier':
      return node.name === 'undefined' ? model.expr(['prim', 'nothing']) : w.name(node.name);
    case 'ThisExpression':
      return w.thisExpr;
    case 'Super':
      return w.superExpr;
    case 'StringLiteral':
      return model.expr(node.value.length <= MAX_TEXT ? ['text', node.value] : ['prim', 'string']);
    case 'TemplateLiteral':
      return readTemplate(w, node);
    case 'NumericLiteral':
      return model.expr(['prim', 'number']);
    case 'BooleanLiteral':
      return model.expr(['prim', 'boolean']);
    case 'NullLiteral':
      return model.expr(['prim', 'nothing']);
    case 'RegExpLiteral':
      return model.expr(['as', model.type(['global', 'RegExp', []])]);
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return readMember(w, node);
    case 'CallExpression':
    case 'OptionalCallExpression':
      return readCall(w, node, naming);
    case 'NewExpression':
      return readNew(w, node);
    case 'ImportExpression':
      return readDynamicImport(w, node.source, node);
    case 'ArrowFunctionExpression':
    case 'FunctionExpression': {
      if (naming === undefined) return model.expr(['fn', readFunction(w, node, { context })]);
      const symbol = naming.node ?? functionNode(w, naming, node, { type: 'function' });
      return model.expr(['fn', readFunction(w, node, { node: symbol, context })]);
    }
    case 'ClassExpression':
      return model.expr(['class', readClass(w, node, naming)]);
    case 'ObjectExpression':
      return readObject(w, node, context, naming);
    case 'ArrayExpression': {
      const element = context === undefined ? undefined : model.type(['element', context]);
      const values = node.elements.map((part) =>
        part === null
          ? w.any
          : part.type === 'SpreadElement'
            ? model.expr(['spread', readValue(w, part.argument)])
            : readValue(w, part, element),
      );
      return model.expr(['array', ...values.slice(0, MAX_ELEMENTS)]);
    }
    case 'ConditionalExpression': {
      readExpression(w, node.test);
      const yes = narrowed(w, node.test, true, () => readValue(w, node.consequent, context));
      return model.expr(['or', yes, narrowed(w, node.test, false, () => readValue(w, node.alternate, context))]);
    }
    case 'LogicalExpression': {
      const left = readExpression(w, node.left, context);
      if (node.operator === '&&') return narrowed(w, node.left, true, () => readValue(w, node.right, context));
      const right =
        node.operator === '||' ? narrowed(w, node.left, false, () => readValue(w, node.right, context)) : readValue(w, node.right, context);
      return model.expr(['or', left, right]);
    }
    case 'AwaitExpression':
      return model.expr(['await', readExpression(w, node.argument)]);
    case 'AssignmentExpression':
      return readAssignment(w, node);
    case 'SequenceExpression':
      return node.expressions.map((part) => readExpression(w, part)).at(-1) ?? w.any;
    case 'ParenthesizedExpression':
    case 'TSNonNullExpression':
      return readExpression(w, node.expression, context, naming);
    case 'TSAsExpression':
    case 'TSTypeAssertion': {
      const isConst =
        node.typeAnnotation.type === 'TSTypeReference' &&
        w.source.slice(node.typeAnnotation.start ?? 0, node.typeAnnotation.end ?? 0) === 'const';
      if (isConst) return readExpression(w, node.expression, context, naming);
      const type = readType(w, node.typeAnnotation);
      readValue(w, node.expression, type, naming);
      return model.expr(['as', type]);
    }
    case 'TSSatisfiesExpression':
      return readExpression(w, node.expression, readType(w, node.typeAnnotation), naming);
    case 'TSInstantiationExpression':
      readTypeArguments(w, node.typeArguments);
      return readExpression(w, node.expression, context);
    case 'TaggedTemplateExpression': {
      const tag = readExpression(w, node.tag);
      w.use('call', tag, node);
      const args = node.quasi.expressions.map((part) => readValue(w, part));
      return model.expr(['call', tag, [w.any, ...args], readTypeArguments(w, node.typeArguments)]);
    }
    case 'UnaryExpression':
      readExpression(w, node.argument);
      return model.expr(['prim', node.operator === '!' ? 'boolean' : node.operator === 'typeof' ? 'string' : 'number']);
    case 'UpdateExpression':
      readExpression(w, node.argument);
      return model.expr(['prim', 'number']);
    case 'BinaryExpression':
      return readBinary(w, node);
    case 'YieldExpression':
      if (node.argument) readValue(w, node.argument);
      return w.any;
    case 'SpreadElement':
      return model.expr(['spread', readValue(w, node.argument)]);
    case 'JSXElement':
    case 'JSXFragment':
      readJsx(w, node);
      return w.any;
    case 'TypeCastExpression':
      return readExpression(w, node.expression, context);
    default:
      return w.any;
  }
}

/** Reads an expression whose value is passed on. A function named here is referred to, not called. */
export function readValue(w: Walk, node: t.Node, context?: TypeNumber, naming?: Naming): ExprNumber {
  const value = readExpression(w, node, context, naming);
  refer(w, node, value);
  return value;
}

export function refer(w: Walk, node: t.Node, value: ExprNumber): void {
  let inner = node;
  while (inner.type === 'TSNonNullExpression' || inner.type === 'TSAsExpression' || inner.type === 'TSSatisfiesExpression')
    inner = inner.expression;
  if (inner.type === 'Identifier') {
    const expr = w.model.exprs[value];
    if (expr?.[0] === 'name') w.use('refer', value, node);
  } else if ((inner.type === 'MemberExpression' || inner.type === 'OptionalMemberExpression') && !inner.computed) {
    w.use('refer', value, node);
  }
}

/** A chain of `+` may be thousands long and is nested to the left. So it is read by a loop, not by recursion. */
function readBinary(w: Walk, node: t.BinaryExpression): ExprNumber {
  let left: t.Node = node;
  const parts: ExprNumber[] = [];
  let isSum = true;
  while (left.type === 'BinaryExpression') {
    isSum &&= left.operator === '+';
    parts.unshift(readExpression(w, left.right));
    left = left.left;
  }
  if (left.type !== 'PrivateName') parts.unshift(readExpression(w, left));
  if (
    isSum &&
    parts.length <= MAX_PARTS &&
    (parts.some((part) => hasSlash(w, part)) || parts.every((part) => isNamed(w, part)) || isOnBase(w, parts))
  )
    return w.model.expr(['concat', w.model.expr(['prim', 'string']), ...parts]);
  const isTest = /^[=!<>]|^in/.test(node.operator);
  return w.model.expr(['prim', isTest ? 'boolean' : node.operator === '+' ? 'string' : 'number']);
}

/** A template text with values in it. It is kept if it may be a path. */
/** `${base}items`: a path whose base may end with a slash. */
const ON_BASE = /^[a-z][\w-]{2,}(?:\?.*)?$/i;

function isOnBase(w: Walk, [base, path]: readonly ExprNumber[]): boolean {
  const [before, after] = [base, path].map((part) => (part === undefined ? undefined : w.model.exprs[part]));
  return before?.[0] !== 'text' && after?.[0] === 'text' && ON_BASE.test(after[1]);
}

function readTemplate(w: Walk, node: t.TemplateLiteral): ExprNumber {
  const { model } = w;
  const like = model.expr(['prim', 'string']);
  const texts = node.quasis.map(({ value }) => value.cooked ?? '');
  const values = node.expressions.map((part) => readValue(w, part));
  const isKept = values.length <= MAX_PARTS && texts.join('').length <= MAX_TEXT;
  if (values.length === 0 && isKept) return model.expr(['text', texts[0]!]);
  if (!isKept || !(texts.some((text) => text.includes('/') || texts.join('') === '') || (texts[0] === '' && ON_BASE.test(texts[1]!))))
    return like;
  const parts = texts.flatMap((text, i) => [
    ...(text === '' ? [] : [model.expr(['text', text])]),
    ...(i < values.length ? [values[i]!] : []),
  ]);
  return model.expr(['concat', like, ...parts]);
}

/** Whether a part of `base + path` is a name or a member. */
function isNamed({ model }: Walk, part: ExprNumber): boolean {
  const expr = model.exprs[part]!;
  return expr[0] === 'name' || expr[0] === '.';
}

function hasSlash({ model }: Walk, part: ExprNumber): boolean {
  const expr = model.exprs[part]!;
  return expr[0] === 'concat' || (expr[0] === 'text' && expr[1].includes('/'));
}

function readMember(w: Walk, node: t.MemberExpression | t.OptionalMemberExpression): ExprNumber {
  const { model } = w;
  const object = readExpression(w, node.object);
  const name = keyName(node.property, node.computed);
  if (name !== undefined) return model.expr(['.', object, name]);
  return model.expr(['[]', object, readExpression(w, node.property)]);
}

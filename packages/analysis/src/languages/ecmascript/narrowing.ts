import type * as t from '@babel/types';
import type { ExprNumber } from '../../extraction/numbers.ts';
import { Scope } from './scope.ts';
import type { Walk } from './walk.ts';

/**
 * Runs `body` with names narrowed by what `test` tells about them if it is true, or false: `x instanceof C`, and calls of what may be a
 * type predicate. Only plain names are narrowed.
 */
export function narrowed<T>(w: Walk, test: t.Node, outcome: boolean, body: () => T): T {
  const outer = w.scope;
  narrowScope(w, test, outcome);
  try {
    return body();
  } finally {
    w.scope = outer;
  }
}

/** Leaves the walk in a scope in which the outcome of `test` is known. */
export function narrowScope(w: Walk, test: t.Node, outcome: boolean): void {
  switch (test.type) {
    case 'UnaryExpression':
      if (test.operator === '!') narrowScope(w, test.argument, !outcome);
      break;
    case 'LogicalExpression':
      if ((test.operator === '&&' && outcome) || (test.operator === '||' && !outcome)) {
        narrowScope(w, test.left, outcome);
        narrowScope(w, test.right, outcome);
      }
      break;
    case 'BinaryExpression':
      if (outcome && test.operator === 'instanceof' && test.left.type === 'Identifier') {
        const constructor = plainExpression(w, test.right);
        if (constructor !== undefined) shadow(w, test.left.name, (value) => w.model.expr(['instance', value, constructor]));
      }
      break;
    case 'CallExpression': {
      if (!outcome) break;
      const callee = plainExpression(w, test.callee);
      if (callee === undefined) break;
      test.arguments.forEach((argument, i) => {
        if (argument.type === 'Identifier') shadow(w, argument.name, (value) => w.model.expr(['passed', value, callee, i]));
      });
      break;
    }
    default:
      break;
  }
}

function shadow(w: Walk, name: string, init: (value: ExprNumber) => ExprNumber): void {
  const value = w.name(name);
  if (w.model.exprs[value]?.[0] !== 'name') return;
  w.scope = new Scope(w.model, w.scope, false);
  w.model.bindings[w.scope.shadow(name)]!.init = init(value);
}

/** A name, or members of one, read without recording a use. */
function plainExpression(w: Walk, node: t.Node): ExprNumber | undefined {
  if (node.type === 'Identifier') return w.name(node.name);
  if (node.type === 'ThisExpression') return w.thisExpr;
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return undefined;
  const object = plainExpression(w, node.object);
  return object === undefined ? undefined : w.model.expr(['.', object, node.property.name]);
}

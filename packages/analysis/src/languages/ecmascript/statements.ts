import { noteGiven } from '../../extraction/http-calls.ts';
import type * as t from '@babel/types';
import type { ExprNumber } from '../../extraction/numbers.ts';
import { isDecision } from './complexity.ts';
import { declareStatement } from './declarations.ts';
import { readExpression, readValue } from './expressions.ts';
import { objectOnly } from './functions.ts';
import { declarePattern, hoist } from './hoist.ts';
import { narrowed, narrowScope } from './narrowing.ts';
import { bindPattern } from './patterns.ts';
import { VALUE } from './scope.ts';
import type { Walk } from './walk.ts';

/** Walks statements whose declarations are already hoisted. */
export function walkStatements(w: Walk, statements: readonly t.Statement[]): void {
  const outer = w.scope;
  for (const statement of statements) {
    walkStatement(w, statement);
    // After `if (!isA(x)) return;`, x is an A.
    if (statement.type === 'IfStatement' && !statement.alternate && leaves(statement.consequent)) narrowScope(w, statement.test, false);
  }
  w.scope = outer;
}

function block(w: Walk, statements: readonly t.Statement[]): void {
  w.within(false, () => {
    hoist(statements, w.scope);
    walkStatements(w, statements);
  });
}

function leaves(statement: t.Statement): boolean {
  const last = statement.type === 'BlockStatement' ? statement.body.at(-1) : statement;
  return (
    last?.type === 'ReturnStatement' ||
    last?.type === 'ThrowStatement' ||
    last?.type === 'ContinueStatement' ||
    last?.type === 'BreakStatement'
  );
}

export function walkStatement(w: Walk, node: t.Statement): void {
  if (isDecision(node)) w.decision();
  switch (node.type) {
    case 'ExpressionStatement':
      readExpression(w, node.expression);
      break;
    case 'BlockStatement':
      block(w, node.body);
      break;
    case 'ReturnStatement':
      if (node.argument) {
        const value = readValue(w, node.argument, w.returnContext, objectOnly(w, node.argument));
        if (w.giving !== undefined) noteGiven(w.model, w.giving, value);
        if (w.returning !== undefined) (w.returning.returned ??= []).push(value);
      }
      break;
    case 'IfStatement': {
      readExpression(w, node.test);
      narrowed(w, node.test, true, () => walkStatement(w, node.consequent));
      const { alternate } = node;
      if (alternate) narrowed(w, node.test, false, () => walkStatement(w, alternate));
      break;
    }
    case 'ForStatement':
      w.within(false, () => {
        if (node.init?.type === 'VariableDeclaration') {
          hoist([node.init], w.scope);
          declareStatement(w, node.init);
        } else if (node.init) readExpression(w, node.init);
        if (node.test) readExpression(w, node.test);
        if (node.update) readExpression(w, node.update);
        walkStatement(w, node.body);
      });
      break;
    case 'ForOfStatement':
    case 'ForInStatement':
      w.within(false, () => {
        const each = node.type === 'ForOfStatement' ? w.model.expr(['each', readExpression(w, node.right)]) : forInKey(w, node.right);
        if (node.left.type === 'VariableDeclaration') {
          hoist([node.left], w.scope);
          const [declarator] = node.left.declarations;
          if (declarator) bindPattern(w, declarator.id, each, undefined);
        } else readExpression(w, node.left);
        walkStatement(w, node.body);
      });
      break;
    case 'WhileStatement':
    case 'DoWhileStatement':
      readExpression(w, node.test);
      walkStatement(w, node.body);
      break;
    case 'TryStatement':
      block(w, node.block.body);
      if (node.handler) walkCatch(w, node.handler);
      if (node.finalizer) block(w, node.finalizer.body);
      break;
    case 'SwitchStatement':
      readExpression(w, node.discriminant);
      w.within(false, () => {
        for (const { consequent } of node.cases) hoist(consequent, w.scope);
        for (const choice of node.cases) {
          if (isDecision(choice)) w.decision();
          if (choice.test) readExpression(w, choice.test);
          walkStatements(w, choice.consequent);
        }
      });
      break;
    case 'ThrowStatement':
      readValue(w, node.argument);
      break;
    case 'LabeledStatement':
    case 'WithStatement':
      walkStatement(w, node.body);
      break;
    default:
      declareStatement(w, node);
  }
}

function forInKey(w: Walk, object: t.Expression): ExprNumber {
  readExpression(w, object);
  return w.model.expr(['prim', 'string']);
}

function walkCatch(w: Walk, handler: t.CatchClause): void {
  w.decision();
  w.within(false, () => {
    if (handler.param) {
      declarePattern(handler.param, w.scope);
      if (handler.param.type === 'Identifier') w.scope.declare(handler.param.name, VALUE);
      else bindPattern(w, handler.param, w.any, undefined);
    }
    block(w, handler.body.body);
  });
}

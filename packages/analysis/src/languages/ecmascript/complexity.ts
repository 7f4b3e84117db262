import type * as t from '@babel/types';

/** Whether a node adds a path through the code, as McCabe's cyclomatic complexity counts paths beyond the first. */
export function isDecision(node: t.Node): boolean {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'CatchClause':
    case 'LogicalExpression':
      return true;
    case 'SwitchCase':
      return node.test !== null && node.test !== undefined;
    default:
      return false;
  }
}

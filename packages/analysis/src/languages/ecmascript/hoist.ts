import type * as t from '@babel/types';
import { TYPE, VALUE, type Scope } from './scope.ts';

/** Declares the names of a list of statements in their scope before the statements are read, because a name may be used before its line. */
export function hoist(statements: readonly t.Statement[], scope: Scope): void {
  for (const statement of statements) hoistStatement(statement, scope);
}

function hoistStatement(statement: t.Statement | t.Expression | t.Declaration, scope: Scope): void {
  switch (statement.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      if (statement.id) scope.declare(statement.id.name, VALUE);
      break;
    case 'ClassDeclaration':
      if (statement.id) scope.declare(statement.id.name, VALUE | TYPE);
      break;
    case 'VariableDeclaration':
      if (statement.kind !== 'var') for (const { id } of statement.declarations) declarePattern(id, scope);
      break;
    case 'TSEnumDeclaration':
      scope.declare(statement.id.name, VALUE | TYPE);
      break;
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TypeAlias':
    case 'InterfaceDeclaration':
      scope.declare(statement.id.name, TYPE);
      break;
    case 'TSModuleDeclaration': {
      let { id } = statement;
      while (id.type === 'TSQualifiedName') id = id.left;
      if (id.type === 'Identifier' && statement.kind !== 'global') scope.declare(id.name, VALUE | TYPE);
      break;
    }
    case 'TSImportEqualsDeclaration':
      scope.declare(statement.id.name, VALUE | TYPE);
      break;
    case 'ImportDeclaration':
      for (const { local } of statement.specifiers) scope.declare(local.name, VALUE | TYPE);
      break;
    case 'ExportNamedDeclaration':
      if (statement.declaration) hoistStatement(statement.declaration, scope);
      break;
    case 'ExportDefaultDeclaration':
      hoistStatement(statement.declaration, scope);
      break;
    default:
      break;
  }
}

/** Declares the `var`s of a function's body, in whichever block they stand. */
export function hoistVars(statement: t.Node | null | undefined, scope: Scope): void {
  switch (statement?.type) {
    case 'VariableDeclaration':
      if (statement.kind === 'var') for (const { id } of statement.declarations) declarePattern(id, scope);
      break;
    case 'Program':
    case 'BlockStatement':
      for (const child of statement.body) hoistVars(child, scope);
      break;
    case 'IfStatement':
      hoistVars(statement.consequent, scope);
      hoistVars(statement.alternate, scope);
      break;
    case 'ForStatement':
      hoistVars(statement.init, scope);
      hoistVars(statement.body, scope);
      break;
    case 'ForInStatement':
    case 'ForOfStatement':
      hoistVars(statement.left, scope);
      hoistVars(statement.body, scope);
      break;
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
    case 'WithStatement':
      hoistVars(statement.body, scope);
      break;
    case 'TryStatement':
      hoistVars(statement.block, scope);
      hoistVars(statement.handler?.body, scope);
      hoistVars(statement.finalizer, scope);
      break;
    case 'SwitchStatement':
      for (const { consequent } of statement.cases) for (const child of consequent) hoistVars(child, scope);
      break;
    case 'ExportNamedDeclaration':
      hoistVars(statement.declaration, scope);
      break;
    default:
      break;
  }
}

export function declarePattern(pattern: t.Node | null | undefined, scope: Scope): void {
  switch (pattern?.type) {
    case 'Identifier':
      scope.declare(pattern.name, VALUE);
      break;
    case 'AssignmentPattern':
      declarePattern(pattern.left, scope);
      break;
    case 'RestElement':
      declarePattern(pattern.argument, scope);
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) declarePattern(element, scope);
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties) declarePattern(property.type === 'RestElement' ? property : property.value, scope);
      break;
    case 'TSParameterProperty':
      declarePattern(pattern.parameter, scope);
      break;
    default:
      break;
  }
}

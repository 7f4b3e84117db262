import type * as t from '@babel/types';
import { FILE_NODE, type BindingNumber } from '../../extraction/numbers.ts';
import { declareClass, declareFunction, declareInterface, declareStatement } from './declarations.ts';
import { readValue } from './expressions.ts';
import { TYPE, VALUE } from './scope.ts';
import { readAlias } from './types.ts';
import type { Walk } from './walk.ts';

/** Imports and exports. */
export function walkModuleStatement(w: Walk, node: t.Statement | t.Declaration): void {
  const { model } = w;
  const line = node.loc?.start.line ?? 1;
  switch (node.type) {
    case 'ImportDeclaration': {
      w.isModule = true;
      const module = model.module(node.source.value, node.importKind === 'type' ? 'type' : 'import', line);
      for (const specifier of node.specifiers) {
        const binding = model.bindings[w.scope.declare(specifier.local.name, VALUE | TYPE)]!;
        binding.from = {
          module,
          name:
            specifier.type === 'ImportSpecifier'
              ? nameOf(specifier.imported)
              : specifier.type === 'ImportDefaultSpecifier'
                ? 'default'
                : '*',
        };
      }
      break;
    }
    case 'TSImportEqualsDeclaration': {
      const binding = model.bindings[w.scope.declare(node.id.name, VALUE | TYPE)]!;
      if (node.moduleReference.type === 'TSExternalModuleReference') {
        binding.from = { module: model.module(node.moduleReference.expression.value, 'require', line), name: 'export=' };
      } else readAlias(w, binding, node.moduleReference);
      break;
    }
    case 'ExportNamedDeclaration':
      if (w.symbol === FILE_NODE) w.isModule = true;
      if (node.source) {
        const module = model.module(node.source.value, 'export', line);
        for (const specifier of node.specifiers) {
          const name = nameOf(specifier.exported);
          const from =
            specifier.type === 'ExportSpecifier'
              ? nameOf(specifier.local)
              : specifier.type === 'ExportNamespaceSpecifier'
                ? '*'
                : 'default';
          model.exports.push({ name, from: { module, name: from } });
        }
        break;
      }
      if (node.declaration) declareStatement(w, node.declaration, node);
      // In a namespace, an export becomes a member instead.
      if (w.symbol === FILE_NODE) for (const [name, binding] of exportDeclared(w, node)) model.exports.push({ name, binding });
      break;
    case 'ExportDefaultDeclaration':
      w.isModule = true;
      exportDefault(w, node);
      break;
    case 'ExportAllDeclaration':
      w.isModule = true;
      model.exports.push({ star: model.module(node.source.value, 'export', line) });
      break;
    case 'TSExportAssignment':
      w.isModule = true;
      model.exports.push({ name: 'export=', expr: readValue(w, node.expression) });
      break;
    default:
      break;
  }
}

function exportDefault(w: Walk, node: t.ExportDefaultDeclaration): void {
  const { model } = w;
  const { declaration } = node;
  const name = 'default';
  switch (declaration.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction': {
      const declared = declareFunction(w, declaration, node, declaration.id?.name ?? name);
      model.exports.push({
        name,
        expr: declaration.id ? w.name(declaration.id.name) : model.expr(['fn', declared.fn]),
        node: declared.node,
      });
      break;
    }
    case 'ClassDeclaration': {
      const shape = declareClass(w, declaration, node, declaration.id?.name ?? name);
      const symbol = model.shapes[shape]!.node;
      if (declaration.id) model.exports.push({ name, binding: w.scope.lookup(declaration.id.name, VALUE)! });
      else model.exports.push({ name, expr: model.expr(['class', shape]), ...(symbol === undefined ? {} : { node: symbol }) });
      break;
    }
    case 'TSInterfaceDeclaration':
      declareInterface(w, declaration, node);
      model.exports.push({ name, binding: w.scope.lookup(declaration.id.name, TYPE)! });
      break;
    case 'Identifier': {
      const binding = w.scope.lookup(declaration.name, VALUE | TYPE);
      model.exports.push(binding === undefined ? { name, expr: w.any } : { name, binding });
      break;
    }
    default: {
      const naming = { name, span: node, docStart: node.start ?? 0, parent: FILE_NODE };
      const expr = readValue(w, declaration, undefined, naming);
      const value = model.exprs[expr];
      const symbol =
        value?.[0] === 'fn' ? model.functions[value[1]]?.node : value?.[0] === 'class' ? model.shapes[value[1]]?.node : undefined;
      model.exports.push({ name, expr, ...(symbol === undefined ? {} : { node: symbol }) });
    }
  }
}

/** The names that a statement exports, and their bindings. Inside an ambient namespace, a statement exports all that it declares. */
export function exportDeclared(w: Walk, node: t.Statement): [name: string, binding: BindingNumber][] {
  if (node.type !== 'ExportNamedDeclaration') return w.ambient ? declaredNames(node).flatMap((name) => own(w, name, name)) : [];
  if (node.declaration) return declaredNames(node.declaration).flatMap((name) => own(w, name, name));
  return node.specifiers.flatMap((specifier) =>
    specifier.type === 'ExportSpecifier' ? own(w, nameOf(specifier.exported), nameOf(specifier.local)) : [],
  );
}

function own(w: Walk, exported: string, local: string): [string, BindingNumber][] {
  const binding = w.scope.lookup(local, VALUE | TYPE);
  return binding === undefined ? [] : [[exported, binding]];
}

function declaredNames(node: t.Statement | t.Declaration): string[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return node.declarations.flatMap(({ id }) => patternNames(id));
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSImportEqualsDeclaration':
      return node.id ? [node.id.name] : [];
    case 'TSModuleDeclaration': {
      let { id } = node;
      while (id.type === 'TSQualifiedName') id = id.left;
      return id.type === 'Identifier' && node.kind === 'namespace' ? [id.name] : [];
    }
    default:
      return [];
  }
}

function patternNames(pattern: t.Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'RestElement':
      return patternNames(pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? patternNames(element) : []));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => patternNames(property.type === 'RestElement' ? property.argument : property.value));
    default:
      return [];
  }
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value;
}

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

export const ROOT = join(import.meta.dirname, '../..');

/** What one source file reaches for: its module specifiers, and whether it reads `process.env`. */
export type SourceImports = { file: string; specifiers: string[]; readsEnvironment: boolean };

/** Every source file of the workspaces, relative to the root with `/`. */
export function sourceFiles(): string[] {
  const files = globSync('{packages,services}/*/src/**/*.ts', { cwd: ROOT });
  files.push(...globSync('{cli,dashboard}/src/**/*.ts', { cwd: ROOT }));
  return files.map((file) => file.replaceAll('\\', '/')).sort();
}

export function readSource(file: string): SourceImports {
  return parseSource(file, readFileSync(join(ROOT, file), 'utf8'));
}

/** Parsed, not searched: a specifier in a comment or a string is none, one over two lines is one. */
export function parseSource(file: string, text: string): SourceImports {
  const specifiers: string[] = [];
  let readsEnvironment = false;
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      if (ts.isStringLiteral(node.moduleSpecifier)) specifiers.push(node.moduleSpecifier.text);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteralLike(argument)) specifiers.push(argument.text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      specifiers.push(node.argument.literal.text);
    } else if (ts.isPropertyAccessExpression(node) && node.getText(tree) === 'process.env') {
      readsEnvironment = true;
    }
    ts.forEachChild(node, visit);
  };
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  visit(tree);
  return { file, specifiers, readsEnvironment };
}

/** By the name that sources import: the file that a package of this repository exports under it. */
export function packageEntries(): Map<string, string> {
  const entries = new Map<string, string>();
  for (const manifest of globSync('{packages,services}/*/package.json', { cwd: ROOT })) {
    const { name, exports = {} } = JSON.parse(readFileSync(join(ROOT, manifest), 'utf8')) as Manifest;
    for (const [subpath, file] of Object.entries(exports)) entries.set(name + subpath.slice(1), join(dirname(manifest), file));
  }
  return entries;
}

type Manifest = { name: string; exports?: Record<string, string> };

/** `packages/log/src/redis.ts` → `packages/log`; `cli/src/main.ts` → `cli`. */
export function workspaceOf(file: string): string {
  const [top = '', name = ''] = file.split('/');
  return top === 'packages' || top === 'services' ? `${top}/${name}` : top;
}

/** Where a relative specifier leads, relative to the root. */
export function target(file: string, specifier: string): string {
  return relative(ROOT, join(ROOT, dirname(file), specifier)).replaceAll('\\', '/');
}
